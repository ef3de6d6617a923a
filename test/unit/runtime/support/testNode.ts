import type { IPod } from "kubernetes-models/v1/Pod";
import { pods } from "../../../../src/practiceCluster/api/resources.ts";
import { EventRecorder } from "../../../../src/practiceCluster/controllers/kit/eventRecorder.ts";
import { Kubelet } from "../../../../src/practiceCluster/runtime/kubelet.ts";
import { type ControlPlane, startControlPlane } from "../../controllers/support/controlPlane.ts";
import { FakeRuntime } from "./fakeRuntime.ts";

const nodeName = "practice-control-plane";

type Containers = NonNullable<IPod["spec"]>["containers"];

/** A node with a fake container runtime, on the control plane's clock. */
export class TestNode {
  readonly plane: ControlPlane = startControlPlane();
  runtime = new FakeRuntime();
  #kubelet: Kubelet;

  constructor() {
    this.#kubelet = this.#start();
  }

  /** The node goes down with everything on it, and comes back. */
  async reboot(): Promise<void> {
    this.#kubelet.dispose();
    this.runtime = new FakeRuntime();
    this.#kubelet = this.#start();
    await this.plane.settle();
  }

  /** Runs a Pod named "one" on the node. A container's image is its name, unless it says another. */
  async run(spec: Partial<NonNullable<IPod["spec"]>> & { containers: Containers }): Promise<void> {
    const named = (list: Containers | undefined) => list?.map((each) => ({ image: each.name, ...each }));
    this.plane.client.create(pods, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: "default", name: "one" },
      spec: {
        nodeName,
        automountServiceAccountToken: false,
        ...spec,
        containers: named(spec.containers) ?? [],
        ...(spec.initContainers ? { initContainers: named(spec.initContainers) ?? [] } : {}),
      },
    });
    await this.plane.settle();
  }

  get pod(): IPod | undefined {
    return this.plane.client.find(pods, { namespace: "default", name: "one" });
  }

  get status(): NonNullable<IPod["status"]> {
    return this.pod?.status ?? {};
  }

  /** What a container shows of itself: "running", or why it waits or ended. */
  state(name: string): string {
    const all = [...(this.status.initContainerStatuses ?? []), ...(this.status.containerStatuses ?? [])];
    const state = all.find((each) => each.name === name)?.state;
    return state?.running ? "running" : (state?.waiting?.reason ?? state?.terminated?.reason ?? "");
  }

  isReady(): boolean {
    return this.status.conditions?.find(({ type }) => type === "Ready")?.status === "True";
  }

  /** The Pod's Events with a reason. */
  events(reason: string): string[] {
    return this.plane.eventsOf(this.pod, reason);
  }

  async exit(image: string, code: number): Promise<void> {
    this.runtime.latest(image).first.exit(code);
    await this.plane.settle();
  }

  async seconds(count: number): Promise<void> {
    await this.plane.advance(count * 1000);
  }

  /** Lets the moment pass that a node takes to take a stopped Pod down. */
  async takenDown(): Promise<void> {
    await this.plane.advance(300);
  }

  dispose(): void {
    this.#kubelet.dispose();
    this.plane.dispose();
  }

  #start(): Kubelet {
    const { client, clock } = this.plane;
    return new Kubelet(nodeName, {
      client,
      clock,
      events: new EventRecorder(client, clock, "kubelet", nodeName),
      runtime: this.runtime,
      mounts: { client, folderOf: () => "/nowhere" },
      hostAddress: "172.18.0.2",
      takeAddress: () => "10.244.0.5",
      releaseAddress: () => undefined,
      connect: () => Promise.reject(new Error("nothing listens")),
    });
  }
}
