import { PassThrough } from "node:stream";
import type { IPod } from "kubernetes-models/v1/Pod";
import { Problems } from "../../../common/kubernetes/validation/problems.ts";
import { ApiError } from "../../api/apiError.ts";
import type { NodeRuntime } from "../../api/nodeRuntime.ts";
import { pods } from "../../api/resources.ts";
import type { Exchange } from "../http/exchange.ts";
import { integer } from "../http/listOptions.ts";
import type { ResourcePath } from "../http/requestPath.ts";
import { refuseProblems } from "../requests/invalid.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import { containerOf } from "./containerOf.ts";

/** Answers GET pods/NAME/log. Throws 400 while the container has not started. */
export async function answerLog(
  pipeline: Pipeline,
  runtime: NodeRuntime,
  { url, response }: Exchange,
  { namespace, name = "" }: ResourcePath,
): Promise<void> {
  const pod = pipeline.get(pods, { namespace, name }) as IPod;
  const query = url.searchParams;
  const address = containerOf(pod, query.get("container"));
  requireStarted(pod, address.container);
  const numbers = readNumbers(query);
  const ended = new AbortController();
  response.on("close", () => ended.abort());
  const sink = new PassThrough();
  const isOn = (key: string) => query.get(key) === "true";
  const writing = runtime.logs(
    address,
    {
      follow: isOn("follow"),
      previous: isOn("previous"),
      timestamps: isOn("timestamps"),
      sinceTime: query.get("sinceTime") ?? undefined,
      ...numbers,
    },
    sink,
    ended.signal,
  );
  response.setHeader("content-type", "text/plain");
  sink.pipe(response);
  await writing;
  sink.end();
}

const logOptions = { group: "", version: "v1", resource: "", kind: "PodLogOptions", namespaced: true };

/** ValidatePodLogOptions of the numbers. Throws 400, 422. */
function readNumbers(query: URLSearchParams) {
  const numbers = {
    tailLines: integer(query, "tailLines"),
    sinceSeconds: integer(query, "sinceSeconds"),
    limitBytes: integer(query, "limitBytes"),
  };
  const { tailLines = 0, sinceSeconds = 1, limitBytes = 1 } = numbers;
  const problems = new Problems();
  if (tailLines < 0) {
    problems.invalid("tailLines", tailLines, "must be greater than or equal to 0");
  }
  if (limitBytes < 1) {
    problems.invalid("limitBytes", limitBytes, "must be greater than 0");
  }
  if (sinceSeconds < 1) {
    problems.invalid("sinceSeconds", sinceSeconds, "must be greater than 0");
  }
  refuseProblems(logOptions, "", problems.found);
  return numbers;
}

function requireStarted(pod: IPod, container: string): void {
  const status = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []),
  ].find(({ name }) => name === container);
  const reason = status?.state?.waiting?.reason;
  if (!status || (reason && !status.lastState?.terminated)) {
    const why =
      reason === "CreateContainerConfigError" || reason === "ErrImagePull" || reason === "ImagePullBackOff"
        ? `waiting to start: ${reason === "CreateContainerConfigError" ? reason : "trying and failing to pull image"}`
        : `waiting to start: ${reason ?? "ContainerCreating"}`;
    throw new ApiError(
      400,
      "BadRequest",
      `container "${container}" in pod "${pod.metadata?.name}" is ${why}`,
    );
  }
}
