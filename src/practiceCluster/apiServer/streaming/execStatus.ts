import type { Json } from "../../../common/kubernetes/objects.ts";
import { ApiError } from "../../api/apiError.ts";

/** The Status that ends an exec or attach (remotecommand's v4): what the command's exit code comes to. */
export function exitStatus(code: number): Json {
  if (code === 0) {
    return { metadata: {}, status: "Success" };
  }
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: error executing command in container: exit status ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}

/** The Status of a command that could not run. */
export function failureStatus(error: unknown): Json {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ApiError) {
    return JSON.parse(JSON.stringify(error.status)) as Json;
  }
  return {
    metadata: {},
    status: "Failure",
    message: `Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: ${message}`,
    reason: "InternalError",
    code: 500,
  };
}
