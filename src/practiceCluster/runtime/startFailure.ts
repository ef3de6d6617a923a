import { ContainerConfigError } from "./environment.ts";

/** The image is not on the node and cannot be had. */
export class ImageError extends Error {
  readonly reason: "ErrImagePull" | "ImagePullBackOff" | "ErrImageNeverPull";

  constructor(reason: ImageError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Why a container waits that could not be made: its reason, and the words of its status and of the event. */
export function waitingFor(error: unknown): {
  readonly reason: string;
  readonly message: string;
  readonly event: string;
} {
  const message = textOf(error);
  if (error instanceof ImageError) {
    return { reason: error.reason, message, event: `Error: ${error.reason}` };
  }
  return { reason: "CreateContainerConfigError", message, event: `Error: ${message}` };
}

/** Whether it never came to a container, so that nothing counts as a restart. */
export function wasNeverCreated(error: unknown): boolean {
  return error instanceof ImageError || error instanceof ContainerConfigError;
}

/** What runc says of a command that cannot be started. */
export function startErrorText(error: unknown): string {
  return `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${textOf(error)}`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
