import { PassThrough } from "node:stream";
import type { IPod } from "kubernetes-models/v1/Pod";
import { ApiError } from "../../api/apiError.ts";
import type { NodeRuntime } from "../../api/nodeRuntime.ts";
import { pods } from "../../api/resources.ts";
import type { Exchange } from "../http/exchange.ts";
import type { ResourcePath } from "../http/requestPath.ts";
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
  const ended = new AbortController();
  response.on("close", () => ended.abort());
  const number = (key: string) => (query.has(key) ? Number(query.get(key)) : undefined);
  const sink = new PassThrough();
  const isOn = (key: string) => query.get(key) === "true";
  const writing = runtime.logs(
    address,
    {
      follow: isOn("follow"),
      previous: isOn("previous"),
      timestamps: isOn("timestamps"),
      tailLines: number("tailLines"),
      sinceSeconds: number("sinceSeconds"),
      sinceTime: query.get("sinceTime") ?? undefined,
      limitBytes: number("limitBytes"),
    },
    sink,
    ended.signal,
  );
  response.setHeader("content-type", "text/plain");
  sink.pipe(response);
  await writing;
  sink.end();
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
