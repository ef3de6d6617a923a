/** A field that names another object, by the end of its path (list indexes left out). */
export interface NamingField {
  readonly end: string;
  readonly apiVersion: string;
  readonly kind: string;
}

const namingFields: readonly NamingField[] = [
  { end: "spec.serviceName", apiVersion: "v1", kind: "Service" },
  { end: "backend.service.name", apiVersion: "v1", kind: "Service" },
  { end: "secretKeyRef.name", apiVersion: "v1", kind: "Secret" },
  { end: "secretRef.name", apiVersion: "v1", kind: "Secret" },
  { end: "sources.secret.name", apiVersion: "v1", kind: "Secret" },
  { end: "imagePullSecrets.name", apiVersion: "v1", kind: "Secret" },
  { end: "secret.secretName", apiVersion: "v1", kind: "Secret" },
  { end: "configMapKeyRef.name", apiVersion: "v1", kind: "ConfigMap" },
  { end: "configMapRef.name", apiVersion: "v1", kind: "ConfigMap" },
  { end: "configMap.name", apiVersion: "v1", kind: "ConfigMap" },
  { end: "persistentVolumeClaim.claimName", apiVersion: "v1", kind: "PersistentVolumeClaim" },
  { end: "storageClassName", apiVersion: "storage.k8s.io/v1", kind: "StorageClass" },
  { end: "serviceAccountName", apiVersion: "v1", kind: "ServiceAccount" },
];

/** What the field at `names` (keys from the object's top) names; undefined for a field that names nothing. */
export function namingFieldOf(names: readonly string[]): NamingField | undefined {
  const text = names.join(".");
  return namingFields.find(({ end }) => text === end || text.endsWith(`.${end}`));
}
