import type { Clock } from "../../common/clock.ts";
import type { EventType } from "../controllers/kit/eventRecorder.ts";
import type { ContainerRuntime } from "./container.ts";
import { ImageError } from "./startFailure.ts";

const firstWaitMs = 10_000;
const longestWaitMs = 300_000;

/** Gets a container's image as its pull policy says (pkg/kubelet/images, image_manager.go). */
export class ImagePull {
  readonly #runtime: ContainerRuntime;
  readonly #clock: Clock;
  readonly #record: (type: EventType, reason: string, message: string) => void;
  #waitMs = 0;
  #failure: { readonly at: number; readonly message: string } | undefined;

  constructor(
    runtime: ContainerRuntime,
    clock: Clock,
    record: (type: EventType, reason: string, message: string) => void,
  ) {
    this.#runtime = runtime;
    this.#clock = clock;
    this.#record = record;
  }

  /** The image's ID. Throws ImageError. */
  ensure(reference: string, policy: string): string {
    const found = this.#runtime.findImage(reference);
    if (found.state === "absent") {
      throw policy === "Never" ? this.#neverPulled(reference) : this.#failed(reference, found.detail);
    }
    if (policy === "Always") {
      this.#record("Normal", "Pulling", `Pulling image "${reference}"`);
      this.#record("Normal", "Pulled", pulledText(reference, found.sizeBytes));
    } else {
      const present = `Container image "${reference}" already present on machine and can be accessed by the pod`;
      this.#record("Normal", "Pulled", present);
    }
    this.#failure = undefined;
    this.#waitMs = 0;
    return found.id;
  }

  /** When the next try is due after a failed one, in milliseconds from now. */
  get nextTryMs(): number {
    return this.#failure ? Math.max(0, this.#failure.at + this.#waitMs - this.#clock.now()) : 0;
  }

  #neverPulled(reference: string): ImageError {
    const message = `Container image "${reference}" is not present with pull policy of Never`;
    this.#record("Warning", "ErrImageNeverPull", message);
    return new ImageError("ErrImageNeverPull", message);
  }

  #failed(reference: string, detail: string): ImageError {
    if (this.nextTryMs > 0) {
      const message = `Back-off pulling image "${reference}"`;
      this.#record("Normal", "BackOff", message);
      return new ImageError(
        "ImagePullBackOff",
        `${message}: ErrImagePull: ${this.#failure?.message ?? detail}`,
      );
    }
    this.#record("Normal", "Pulling", `Pulling image "${reference}"`);
    this.#record("Warning", "Failed", `Failed to pull image "${reference}": ${detail}`);
    this.#failure = { at: this.#clock.now(), message: detail };
    this.#waitMs = Math.min(longestWaitMs, this.#waitMs * 2 || firstWaitMs);
    return new ImageError("ErrImagePull", detail);
  }
}

/** The image is in the practice cluster already, so no time passes. */
function pulledText(reference: string, sizeBytes: number): string {
  return `Successfully pulled image "${reference}" in 0s (0s including waiting). Image size: ${sizeBytes} bytes.`;
}
