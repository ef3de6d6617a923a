/** A part of the control plane that shows as a static Pod of its node, as kubeadm sets it up. */
export interface Component {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly requests: Readonly<Record<string, string>>;
  /** Whether an Event was written by this component: its log tells of them. */
  readonly wrote: (eventComponent: string) => boolean;
}

const version = "v1.36.3";
const image = (name: string, tag = version) => `registry.k8s.io/${name}:${tag}`;
const nodeComponents = new Set(["kubelet", "default-scheduler", "kube-proxy"]);

/** What kubeadm runs on a control plane. All of it is this process; Events are what there is to tell of each part. */
export const components: readonly Component[] = [
  {
    name: "etcd",
    image: image("etcd", "3.6.6-0"),
    command: ["etcd", "--data-dir=/var/lib/etcd"],
    requests: { cpu: "100m", memory: "100Mi" },
    wrote: () => false,
  },
  {
    name: "kube-apiserver",
    image: image("kube-apiserver"),
    command: ["kube-apiserver", "--authorization-mode=Node,RBAC", "--service-cluster-ip-range=10.96.0.0/16"],
    requests: { cpu: "250m" },
    wrote: () => false,
  },
  {
    name: "kube-controller-manager",
    image: image("kube-controller-manager"),
    command: ["kube-controller-manager", "--controllers=*,bootstrapsigner,tokencleaner", "--v=4"],
    requests: { cpu: "200m" },
    // the volume provisioner is a Pod of its own
    wrote: (component) => !nodeComponents.has(component) && !component.includes("provisioner"),
  },
  {
    name: "kube-scheduler",
    image: image("kube-scheduler"),
    command: ["kube-scheduler", "--v=4"],
    requests: { cpu: "100m" },
    wrote: (component) => component === "default-scheduler",
  },
];
