import type { IncomingMessage, ServerResponse } from "node:http";
import { posix } from "node:path";
import { codeOf } from "../kit/errors.ts";
import type { ProcessContext } from "../program.ts";
import { fillVariables } from "./logs.ts";
import { proxyRequest } from "./proxy.ts";
import {
  type Location,
  locationFor,
  type Scope,
  type Settings,
  serverFor,
  type VirtualServer,
} from "./settings.ts";

export const serverName = (version: string) => `nginx/${version}`;

const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Moved Temporarily",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Not Allowed",
  410: "Gone",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

/** What is answered. */
export interface Answer {
  readonly code: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** One request on its way through the configuration. */
export class Request {
  readonly #context: ProcessContext;
  readonly #settings: Settings;
  readonly #version: string;
  readonly message: IncomingMessage;
  readonly peer: string;
  readonly server: VirtualServer | undefined;
  readonly #complain: (level: string, text: string) => void;
  path: string;
  readonly query: string;
  scope: Scope;

  constructor(
    context: ProcessContext,
    settings: Settings,
    version: string,
    request: {
      message: IncomingMessage;
      port: number;
      peer: string;
      complain: (level: string, text: string) => void;
    },
  ) {
    this.#context = context;
    this.#settings = settings;
    this.#version = version;
    this.message = request.message;
    this.peer = request.peer;
    this.#complain = request.complain;
    const [path = "/", query = ""] = (request.message.url ?? "/").split("?");
    this.path = normalise(path);
    this.query = query;
    this.server = serverFor(settings, request.port, this.host);
    this.scope = this.server?.scope ?? settings.http;
  }

  get host(): string {
    return this.message.headers.host ?? "";
  }

  /** Variables of log formats and `return` texts. */
  get variables(): Record<string, string> {
    const { method = "GET", url = "/", httpVersion, headers } = this.message;
    const named = Object.entries(headers).map(([name, value]) => [
      `http_${name.replaceAll("-", "_")}`,
      String(value),
    ]);
    return {
      ...Object.fromEntries(named),
      http_referer: headers.referer ?? "-",
      http_user_agent: headers["user-agent"] ?? "-",
      http_x_forwarded_for: String(headers["x-forwarded-for"] ?? "-"),
      remote_addr: this.peer,
      remote_user: "-",
      request: `${method} ${url} HTTP/${httpVersion}`,
      request_method: method,
      request_uri: url,
      uri: this.path,
      document_uri: this.path,
      args: this.query,
      query_string: this.query,
      host: this.host.replace(/:\d+$/, ""),
      hostname: this.#context.hostname,
      server_name: this.server?.names[0] ?? "",
      server_addr: this.#context.network.address,
      scheme: "http",
      nginx_version: this.#version,
      pid: String(this.#context.pid),
    };
  }

  async answer(): Promise<Answer> {
    const answer = await this.#answerFor(this.path, 0);
    return this.#withErrorPage(answer);
  }

  async #withErrorPage(answer: Answer): Promise<Answer> {
    const page = this.scope
      .all("error_page")
      .find(({ values }) => values.slice(0, -1).map(Number).includes(answer.code));
    const target = page?.values.at(-1);
    if (answer.code < 400 || target === undefined || !target.startsWith("/")) {
      return answer;
    }
    const own = await this.#answerFor(target, 1);
    return own.code === 200 ? { ...own, code: answer.code } : answer;
  }

  async #answerFor(path: string, depth: number): Promise<Answer> {
    if (!this.server || depth > 10) {
      return this.#page(500);
    }
    const location = locationFor(this.server, path);
    this.scope = location?.scope ?? this.server.scope;
    const returned = this.#returned(this.server.scope) ?? this.#returned(this.scope);
    if (returned) {
      return returned;
    }
    if (
      this.scope.own("deny").some(({ values }) => values[0] === "all") &&
      this.scope.own("allow").length === 0
    ) {
      this.#log("error", "access forbidden by rule");
      return this.#page(403);
    }
    if (this.scope.own("stub_status").length > 0) {
      return this.#text(
        200,
        "Active connections: 1 \nserver accepts handled requests\n 1 1 1 \nReading: 0 Writing: 1 Waiting: 0 \n",
      );
    }
    const [proxy] = this.scope.own("proxy_pass");
    if (proxy) {
      return await this.#proxied(proxy.values[0] ?? "", location);
    }
    const [tries] = this.scope.own("try_files");
    return tries ? await this.#tryFiles(tries.values, location, path, depth) : this.#file(location, path);
  }

  #returned(scope: Scope): Answer | undefined {
    const [directive] = scope.own("return");
    if (!directive) {
      return undefined;
    }
    const [first = "", second] = directive.values;
    const code = /^\d{3}$/.test(first) ? Number(first) : 302;
    const text = fillVariables(second ?? (/^\d{3}$/.test(first) ? "" : first), this.variables);
    if ([301, 302, 303, 307, 308].includes(code)) {
      return this.#page(code, [["Location", text.startsWith("/") ? `http://${this.host}${text}` : text]]);
    }
    return text === "" && second === undefined ? this.#page(code) : this.#text(code, text);
  }

  async #proxied(target: string, location: Location | undefined): Promise<Answer> {
    const answer = await proxyRequest(this.#context, this.#settings, this.message, {
      target: fillVariables(target, this.variables),
      locationPath: location?.kind === "prefix" ? location.path : "",
    });
    if (!("failure" in answer)) {
      return answer;
    }
    this.#log("error", answer.failure);
    return this.#page(502);
  }

  async #tryFiles(
    values: readonly string[],
    location: Location | undefined,
    path: string,
    depth: number,
  ): Promise<Answer> {
    const last = values.at(-1) ?? "";
    for (const value of values.slice(0, -1)) {
      const candidate = fillVariables(value, { ...this.variables, uri: path });
      const file = this.#filePath(location, candidate);
      const type = this.#typeOf(file);
      if (type === "file" || (type === "directory" && value.endsWith("/"))) {
        return this.#file(location, candidate);
      }
    }
    return last.startsWith("=")
      ? this.#page(Number(last.slice(1)))
      : await this.#answerFor(fillVariables(last, this.variables).split("?")[0] ?? "/", depth + 1);
  }

  #typeOf(file: string): string | undefined {
    const { files } = this.#context;
    return files.exists(file) ? files.status(file).type : undefined;
  }

  #filePath(location: Location | undefined, path: string): string {
    const alias = this.scope.own("alias")[0]?.values[0];
    if (alias !== undefined) {
      return posix.join(alias, path.slice(location?.path.length ?? 0));
    }
    return posix.join(this.scope.value("root") ?? "/usr/share/nginx/html", path);
  }

  #file(location: Location | undefined, path: string): Answer {
    const { method = "GET" } = this.message;
    if (!["GET", "HEAD"].includes(method)) {
      return this.#page(405);
    }
    const file = this.#filePath(location, path);
    const type = this.#typeOf(file);
    if (type === "directory") {
      return path.endsWith("/")
        ? this.#folder(path, file)
        : this.#page(301, [["Location", `http://${this.host}${path}/`]]);
    }
    if (type === undefined || path.endsWith("/")) {
      this.#log("error", `open() "${file}" failed (2: No such file or directory)`);
      return this.#page(404);
    }
    return this.#contents(file);
  }

  #folder(path: string, folder: string): Answer {
    const names = this.scope.all("index").at(-1)?.values ?? ["index.html"];
    const index = names.map((name) => posix.join(folder, name)).find((file) => this.#typeOf(file) === "file");
    if (index !== undefined) {
      return this.#contents(index);
    }
    if (this.scope.value("autoindex") === "on") {
      return this.#listing(path, folder);
    }
    this.#log("error", `directory index of "${folder.replace(/\/?$/, "/")}" is forbidden`);
    return this.#page(403);
  }

  #contents(file: string): Answer {
    const { files } = this.#context;
    try {
      const { modifiedAt, size } = files.status(file);
      const seconds = Math.floor(modifiedAt / 1000);
      const etag = `"${seconds.toString(16)}-${size.toString(16)}"`;
      const modified = new Date(seconds * 1000).toUTCString();
      const headers = [
        ["Content-Type", this.#contentType(file)],
        ["Last-Modified", modified],
        ["ETag", etag],
      ] as const;
      const { "if-none-match": match, "if-modified-since": since } = this.message.headers;
      if (match === etag || (match === undefined && since === modified)) {
        return { code: 304, headers: headers.slice(1), body: Buffer.alloc(0) };
      }
      return this.#ranged({
        code: 200,
        headers: [...headers, ["Accept-Ranges", "bytes"]],
        body: files.read(file),
      });
    } catch (error) {
      this.#log("crit", `open() "${file}" failed (${codeOf(error)})`);
      return this.#page(403);
    }
  }

  #ranged(answer: Answer): Answer {
    const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(this.message.headers.range ?? "") ?? [];
    const size = answer.body.length;
    if (from === "" && to === "") {
      return answer;
    }
    const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
    const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
    if (start > end) {
      return this.#page(416);
    }
    const headers = [
      ...answer.headers.filter(([name]) => name !== "Accept-Ranges"),
      ["Content-Range", `bytes ${start}-${end}/${size}`] as const,
    ];
    return { code: 206, headers, body: answer.body.subarray(start, end + 1) };
  }

  #contentType(file: string): string {
    const extension = posix.extname(file).slice(1).toLowerCase();
    return this.#settings.types.get(extension) ?? this.scope.value("default_type") ?? "text/plain";
  }

  #listing(path: string, folder: string): Answer {
    const { files } = this.#context;
    const rows = files.list(folder).map((name) => {
      const isFolder = files.status(posix.join(folder, name)).type === "directory";
      const shown = `${name}${isFolder ? "/" : ""}`;
      return `<a href="${encodeURI(shown)}">${shown.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</a>\r\n`;
    });
    const title = `Index of ${path}`;
    const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<h1>${title}</h1><hr><pre><a href="../">../</a>\r\n${rows.join("")}</pre><hr></body>\r\n</html>\r\n`;
    return { code: 200, headers: [["Content-Type", "text/html"]], body: Buffer.from(body) };
  }

  #text(code: number, text: string): Answer {
    const type = this.scope.value("default_type") ?? "text/plain";
    return { code, headers: [["Content-Type", type]], body: Buffer.from(text) };
  }

  /** The short page that nginx makes itself. */
  #page(code: number, headers: readonly (readonly [string, string])[] = []): Answer {
    const title = `${code} ${reasonPhrase(code)}`;
    const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${serverName(this.#version)}</center>\r\n</body>\r\n</html>\r\n`;
    return {
      code,
      headers: [["Content-Type", "text/html"], ...headers],
      body: Buffer.from(code === 204 ? "" : body),
    };
  }

  #log(level: string, text: string): void {
    const { request } = this.variables;
    const name = this.server?.names[0] ?? "";
    this.#complain(
      level,
      `${text}, client: ${this.peer}, server: ${name}, request: "${request}", host: "${this.host}"`,
    );
  }
}

export function reasonPhrase(code: number): string {
  return reasons[code] ?? "Unknown";
}

/** Decodes a path and takes `.`, `..` and double slashes out of it. */
function normalise(path: string): string {
  let decoded = path;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    // a path that cannot be decoded is looked up as it is
  }
  const clean = posix.normalize(`/${decoded}`).replace(/^\/+/, "/");
  return clean;
}

/** Writes an answer with the headers in nginx's order. */
export function send(
  response: ServerResponse,
  answer: Answer,
  options: { version: string; date: string; isHead: boolean; added: readonly (readonly [string, string])[] },
): void {
  const own = new Map(answer.headers);
  const ordered: [string, string][] = [
    ["Server", serverName(options.version)],
    ["Date", options.date],
  ];
  const take = (name: string) => {
    const value = own.get(name);
    own.delete(name);
    if (value !== undefined) {
      ordered.push([name, value]);
    }
  };
  take("Content-Type");
  if (answer.code !== 304 && answer.code !== 204) {
    ordered.push(["Content-Length", String(answer.body.length)]);
  }
  take("Last-Modified");
  ordered.push(["Connection", response.shouldKeepAlive ? "keep-alive" : "close"]);
  ordered.push(...own, ...options.added.map(([name, value]): [string, string] => [name, value]));
  response.sendDate = false;
  response.writeHead(answer.code, reasonPhrase(answer.code), ordered.flat());
  response.end(options.isHead ? undefined : answer.body);
}
