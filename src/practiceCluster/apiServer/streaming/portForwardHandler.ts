import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { NodeRuntime } from "../../api/nodeRuntime.ts";
import { pods } from "../../api/resources.ts";
import type { Exchange } from "../http/exchange.ts";
import type { ResourcePath } from "../http/requestPath.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import { SpdyConnection, type SpdyStream } from "./spdy/spdyConnection.ts";
import { acceptSpdy, acceptTunnel, isSpdy } from "./spdy/upgrade.ts";

const protocol = "portforward.k8s.io";

/** Opens a connection to a port of the Pod. Throws when nothing listens there. */
type Connect = (port: number) => Promise<Duplex>;

/**
 * Serves port-forward over SPDY/3.1, plain or inside a WebSocket: each connection is a pair of streams, one for data
 * and one for an error (the CRI's streaming/portforward). Throws what the API answers before the upgrade.
 */
export async function upgradeToPortForward(
  pipeline: Pipeline,
  runtime: NodeRuntime,
  { request }: Omit<Exchange, "response">,
  { namespace = "", name = "" }: ResourcePath,
  socket: TLSSocket,
  head: Buffer,
): Promise<void> {
  const pod = pipeline.get(pods, { namespace, name }) as IPod;
  if (!pod.spec?.nodeName) {
    throw refusals.badRequest(`pod ${name} does not have a host assigned`);
  }
  const transport = isSpdy(request.headers.upgrade)
    ? acceptSpdy(socket, head, protocol)
    : await acceptTunnel(request, socket, head, protocol);
  const forward = new Forwarder(pod, (port) => runtime.connect(namespace, name, port));
  new SpdyConnection(transport, (stream) => forward.take(stream));
}

/** Puts the streams of one client together, and connects each pair. */
class Forwarder {
  readonly #pod: IPod;
  readonly #connect: Connect;
  readonly #waiting = new Map<string, SpdyStream>();

  constructor(pod: IPod, connect: Connect) {
    this.#pod = pod;
    this.#connect = connect;
  }

  /** A stream came; its partner may have come before. */
  take(stream: SpdyStream): void {
    const id = requestId(stream);
    const partner = this.#waiting.get(id);
    const type = typeOf(stream);
    if (type !== "data" && type !== "error") {
      stream.reset();
    } else if (!partner) {
      this.#waiting.set(id, stream);
      stream.on("close", () => this.#waiting.delete(id));
    } else if (typeOf(partner) === type) {
      stream.reset();
    } else {
      this.#waiting.delete(id);
      void this.#join(type === "data" ? stream : partner, type === "data" ? partner : stream);
    }
  }

  async #join(data: SpdyStream, error: SpdyStream): Promise<void> {
    const port = Number(data.headers.get("port"));
    try {
      const connection = await this.#connect(port);
      error.resume();
      join(data, connection, () => error.end());
    } catch {
      error.end(this.#failure(port), () => {
        data.reset();
        error.reset();
      });
    }
  }

  /** As containerd says that nothing listens inside the Pod's network. */
  #failure(port: number): string {
    const id = (this.#pod.metadata?.uid ?? "").replaceAll("-", "");
    const refused = `dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6 [::1]:${port}: connect: connection refused`;
    const place = `"/var/run/netns/cni-${this.#pod.metadata?.uid}"`;
    return `error forwarding port ${port} to pod ${id}, uid : failed to execute portforward in network namespace ${place}: failed to connect to localhost:${port} inside namespace "${id}", IPv4: ${refused} `;
  }
}

/** Lets bytes go both ways until both sides have ended. */
function join(stream: Duplex, connection: Duplex, ended: () => void): void {
  stream.pipe(connection);
  connection.pipe(stream);
  connection.on("close", () => {
    stream.end();
    ended();
  });
  connection.on("end", ended);
  connection.on("error", () => stream.destroy());
  stream.on("close", () => connection.destroy());
}

function typeOf({ headers }: SpdyStream): string | undefined {
  return headers.get("streamtype");
}

/** Clients that send no number open the error stream first, the data stream two numbers later. */
function requestId(stream: SpdyStream): string {
  const own = typeOf(stream) === "data" ? stream.number - 2 : stream.number;
  return stream.headers.get("requestid") ?? `stream ${own}`;
}
