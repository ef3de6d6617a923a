import { get } from "node:http";
import type { ProbeAnswer, ProbeTarget } from "./prober.ts";
import { openTls } from "./tlsConnection.ts";

export interface HttpGetAction {
  readonly path?: string;
  readonly port: string | number;
  readonly host?: string;
  readonly scheme?: string;
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
}

/** Asks over HTTP as the kubelet does (pkg/probe/http): 200 to 399 is a success, and with HTTPS no certificate is asked for its worth. */
export async function askHttp(action: HttpGetAction, target: ProbeTarget): Promise<ProbeAnswer> {
  const port = target.portOf(action.port);
  const path = `/${(action.path ?? "/").replace(/^\//, "")}`;
  const host = `${action.host ?? target.address}:${port}`;
  try {
    const code = await statusOf(path, port, host, action, target);
    return code >= 200 && code < 400
      ? { kind: "success" }
      : { kind: "failure", output: `HTTP probe failed with statuscode: ${code}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      kind: "failure",
      output: `Get "${(action.scheme ?? "HTTP").toLowerCase()}://${host}${path}": ${reason}`,
    };
  }
}

async function statusOf(
  path: string,
  port: number,
  host: string,
  { httpHeaders = [], scheme }: HttpGetAction,
  { connect }: ProbeTarget,
): Promise<number> {
  const opened = await connect(port);
  const connection = scheme === "HTTPS" ? await openTls(opened) : opened;
  const headers = {
    host,
    "user-agent": "kube-probe/1.36",
    accept: "*/*",
    ...Object.fromEntries(httpHeaders.map(({ name, value }) => [name.toLowerCase(), value])),
  };
  return new Promise((resolve, reject) => {
    // with an agent, even `false`, Node would connect by itself, to a port of this machine
    const options = { path, headers, createConnection: () => connection as never };
    const request = get(options, (response) => {
      response.resume();
      connection.on("error", () => undefined);
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject);
  });
}
