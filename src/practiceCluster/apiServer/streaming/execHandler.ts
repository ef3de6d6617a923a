import type { TLSSocket } from "node:tls";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { ContainerStreams, NodeRuntime } from "../../api/nodeRuntime.ts";
import { pods } from "../../api/resources.ts";
import type { Exchange } from "../http/exchange.ts";
import type { ResourcePath } from "../http/requestPath.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import { wantedStreams } from "./channels.ts";
import { containerOf } from "./containerOf.ts";
import { exitStatus, failureStatus } from "./execStatus.ts";
import { isSpdy } from "./spdy/upgrade.ts";
import { spdyChannels } from "./spdyChannels.ts";
import { webSocketChannels } from "./webSocketChannels.ts";

/** Serves exec and attach, over a WebSocket or SPDY/3.1. Throws what the API answers before the upgrade. */
export async function upgradeToExec(
  pipeline: Pipeline,
  runtime: NodeRuntime,
  { request, url }: Omit<Exchange, "response">,
  { namespace, name = "", subresource }: ResourcePath,
  socket: TLSSocket,
  head: Buffer,
): Promise<void> {
  const pod = pipeline.get(pods, { namespace, name }) as IPod;
  const address = containerOf(pod, url.searchParams.get("container"));
  const open = isSpdy(request.headers.upgrade) ? spdyChannels : webSocketChannels;
  const channels = await open(request, socket, head, wantedStreams(url.searchParams));
  const ended = new AbortController();
  channels.onClose(() => ended.abort());
  const { streams } = channels;
  const running =
    subresource === "exec"
      ? runtime.exec(address, url.searchParams.getAll("command"), streams, ended.signal)
      : runtime.attach(address, streams, ended.signal).then(() => 0);
  void running
    .then(exitStatus, failureStatus)
    .then((status) => allWritten(streams).then(() => channels.finish(status)));
}

/** What the command wrote is on its way before its exit code is. */
async function allWritten({ stdout, stderr }: ContainerStreams): Promise<void> {
  for (const stream of new Set([stdout, stderr])) {
    await new Promise<void>((resolve) => (stream ? stream.end(() => resolve()) : resolve()));
  }
}
