/** What the server's OpenAPI says about an enumerated field beyond the published documents. */
export interface EnumeratedField {
  readonly description: string;
  readonly values: readonly string[];
}

/** Enumerated fields by `function name of the schema` and property. */
export type EnumeratedFields = Map<string, Map<string, EnumeratedField>>;

function readProperty(text: string): EnumeratedField | undefined {
  const values = /^\t{7}Enum:\s+\[\]interface\{\}\{(.*)\},$/m.exec(text)?.[1];
  const description = /^\t{7}Description: ("(?:[^"\\]|\\.)*"),$/m.exec(text)?.[1];
  if (!values || !description) {
    return undefined;
  }
  return { description: JSON.parse(description), values: JSON.parse(`[${values}]`) };
}

/**
 * Reads the enumerations out of the generated OpenAPI definitions of Kubernetes: a running server
 * serves them (so `kubectl explain` prints them), the published documents leave them out.
 */
export function readEnumeratedFields(generatedSource: string): EnumeratedFields {
  const result: EnumeratedFields = new Map();
  for (const definition of generatedSource.split(/^func schema_/m).slice(1)) {
    const functionName = definition.slice(0, definition.indexOf("("));
    const fields = new Map<string, EnumeratedField>();
    for (const match of definition.matchAll(/^\t{5}"([^"]+)": \{\n([\s\S]*?)^\t{5}\},/gm)) {
      const field = readProperty(match[2] ?? "");
      if (field) {
        fields.set(match[1] ?? "", field);
      }
    }
    if (fields.size > 0) {
      result.set(functionName, fields);
    }
  }
  return result;
}

/** The generator's function name for a model: io.k8s.api.apps.v1.X → k8sio_api_apps_v1_X. */
export function enumeratedFunctionName(model: string): string {
  return model.replace(/^io\.k8s\./, "k8sio.").replaceAll(/[.-]/g, "_");
}
