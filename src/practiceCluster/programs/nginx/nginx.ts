import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex, Writable } from "node:stream";
import { reasonOf } from "../kit/errors.ts";
import { openForWriting } from "../kit/openFile.ts";
import type { ProcessContext, Program, SignalName } from "../program.ts";
import { ConfigurationError, type Directive, readConfiguration, readDirectives } from "./configuration.ts";
import { accessTime, combinedFormat, errorLine, fillVariables } from "./logs.ts";
import { type Answer, Request, send, serverName } from "./requests.ts";
import { readSettings, type Scope, type Settings } from "./settings.ts";

const pidFile = "/run/nginx.pid";
const configurationFile = "/etc/nginx/nginx.conf";

interface Options {
  readonly file: string;
  readonly directives: string;
  readonly signal: string | undefined;
  readonly isTest: boolean;
  readonly isDump: boolean;
  readonly isQuiet: boolean;
}

/** `nginx`: a web server that stays in the foreground with `-g 'daemon off;'`, as containers run it. */
export function nginxProgram(version: string): Program {
  return async (context) => {
    const { stderr } = context;
    const options = readOptions(context.argv.slice(1));
    if ("answer" in options) {
      const isVersion = options.answer === "version";
      stderr.write(isVersion ? `nginx version: ${serverName(version)}\n` : options.answer);
      return Number(!isVersion);
    }
    let settings: Settings;
    try {
      settings = loadSettings(context, options);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) {
        throw error;
      }
      // once as the error log, which is the same stream in this image, and once for who started it
      stderr.write(errorLine(context.clock, "emerg", context.pid, error.message));
      stderr.write(`nginx: [emerg] ${error.message}\n`);
      stderr.write(options.isTest ? `nginx: configuration file ${options.file} test failed\n` : "");
      return 1;
    }
    if (options.isTest) {
      stderr.write(
        options.isQuiet
          ? ""
          : `nginx: the configuration file ${options.file} syntax is ok\nnginx: configuration file ${options.file} test is successful\n`,
      );
      return 0;
    }
    return options.signal === undefined
      ? await new WebServer(context, version, options, settings).run()
      : sendSignal(context, options.signal);
  };
}

/** The options, or what is answered instead of running. */
function readOptions(words: readonly string[]): Options | { readonly answer: string } {
  const rest = [...words];
  const options = {
    file: configurationFile,
    directives: "",
    signal: undefined as string | undefined,
    isTest: false,
    isDump: false,
    isQuiet: false,
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    switch (word) {
      case "-v":
      case "-V":
        return { answer: "version" };
      case "-t":
      case "-T":
        options.isTest = true;
        break;
      case "-q":
        options.isQuiet = true;
        break;
      case "-c":
        options.file = rest.shift() ?? configurationFile;
        break;
      case "-g":
        options.directives = rest.shift() ?? "";
        break;
      case "-s":
        options.signal = rest.shift() ?? "";
        break;
      case "-p":
      case "-e":
        rest.shift();
        break;
      default:
        return { answer: `nginx: invalid option: "${word.replace(/^-/, "")}"\n` };
    }
  }
  return options;
}

function loadSettings({ files }: ProcessContext, { file, directives }: Options): Settings {
  const given: readonly Directive[] = readDirectives(directives, files);
  return readSettings([...given, ...readConfiguration(file, files)]);
}

const signals: Readonly<Record<string, SignalName>> = {
  stop: "SIGTERM",
  quit: "SIGQUIT",
  reload: "SIGHUP",
  reopen: "SIGUSR1",
};

function sendSignal({ files, processes, stderr }: ProcessContext, name: string): number {
  const signal = Object.hasOwn(signals, name) ? signals[name] : undefined;
  if (!signal) {
    stderr.write(`nginx: invalid option: "-s ${name}"\n`);
    return 1;
  }
  const pid = files.exists(pidFile) ? files.read(pidFile).toString().trim() : "";
  const process = processes.get(Number(pid));
  if (!process) {
    stderr.write(
      pid === ""
        ? `nginx: [error] open() "${pidFile}" failed (2: No such file or directory)\n`
        : `nginx: [error] kill(${pid}, 1) failed (3: No such process)\n`,
    );
    return 1;
  }
  process.signal(signal);
  return 0;
}

/** The master process with its listeners; requests are answered by one HTTP parser over the Pod's own network. */
class WebServer {
  readonly #context: ProcessContext;
  readonly #version: string;
  readonly #options: Options;
  readonly #listeners: { close(): void }[] = [];
  readonly #connections = new Set<Duplex>();
  readonly #ports = new WeakMap<object, { readonly port: number; readonly peer: string }>();
  readonly #http: Server;
  #settings: Settings;
  #answering = 0;
  #isQuitting = false;
  #finish: (code: number) => void = () => undefined;
  #errors: Writable;
  #requestNumber = 0;

  constructor(context: ProcessContext, version: string, options: Options, settings: Settings) {
    this.#context = context;
    this.#version = version;
    this.#options = options;
    this.#settings = settings;
    this.#errors = this.#openLog(settings.main.all("error_log")[0]?.values[0] ?? "stderr");
    this.#http = createServer((message, response) => void this.#serve(message, response));
    this.#http.keepAliveTimeout = 0;
  }

  async run(): Promise<number> {
    const finished = new Promise<number>((resolve) => {
      this.#finish = resolve;
    });
    try {
      this.#listen();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.#context.stderr.write(`nginx: [emerg] ${text}\n`);
      return 1;
    }
    this.#context.files.write(pidFile, `${this.#context.pid}\n`);
    this.#announce();
    this.#handleSignals();
    this.#context.killed.addEventListener("abort", () => this.#stop());
    return await finished;
  }

  #announce(): void {
    this.#log("notice", 'using the "epoll" event method');
    this.#log("notice", serverName(this.#version));
    this.#log("notice", "OS: Linux");
    this.#log("notice", "start worker processes");
    const worker = this.#context.fork(
      ({ killed }) => new Promise((resolve) => killed.addEventListener("abort", () => resolve(0))),
      { argv: ["nginx: worker process"] },
    );
    this.#log("notice", `start worker process ${worker.pid}`);
    this.#listeners.push({ close: () => worker.signal("SIGKILL") });
  }

  #handleSignals(): void {
    const { onSignal } = this.#context;
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      onSignal(signal, () => {
        this.#log("notice", `signal ${signal === "SIGTERM" ? 15 : 2} (${signal}) received, exiting`);
        this.#stop();
      });
    }
    onSignal("SIGQUIT", () => {
      this.#log("notice", "signal 3 (SIGQUIT) received, shutting down");
      this.#isQuitting = true;
      this.#closeListeners();
      this.#stopIfIdle();
    });
    onSignal("SIGHUP", () => {
      this.#log("notice", "signal 1 (SIGHUP) received, reconfiguring");
      this.#reload();
    });
    onSignal("SIGUSR1", () => undefined);
  }

  #reload(): void {
    try {
      this.#settings = loadSettings(this.#context, this.#options);
      this.#closeListeners();
      this.#listen();
      this.#announce();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) {
        throw error;
      }
      this.#log("emerg", error.message);
    }
  }

  #closeListeners(): void {
    for (const listener of this.#listeners.splice(0)) {
      listener.close();
    }
  }

  #stop(): void {
    this.#closeListeners();
    for (const connection of this.#connections) {
      connection.destroy();
    }
    this.#log("notice", "exit");
    this.#finish(0);
  }

  #stopIfIdle(): void {
    if (this.#isQuitting && this.#answering === 0) {
      this.#stop();
    }
  }

  #listen(): void {
    const ports = new Set(this.#settings.servers.flatMap((server) => server.ports.map(({ port }) => port)));
    for (const port of ports) {
      try {
        this.#listeners.push(
          this.#context.network.listen(port, (connection, peer) => this.#accept(connection, port, peer)),
        );
      } catch (error) {
        this.#closeListeners();
        throw new Error(`bind() to 0.0.0.0:${port} failed (98: ${reasonOf(error)})`);
      }
    }
  }

  #accept(connection: Duplex, port: number, peer = "127.0.0.1"): void {
    this.#connections.add(connection);
    this.#ports.set(connection, { port, peer });
    connection.on("close", () => this.#connections.delete(connection));
    connection.on("error", () => undefined);
    this.#http.emit("connection", connection);
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#answering++;
    const number = ++this.#requestNumber;
    const { port, peer } = this.#ports.get(message.socket) ?? { port: 80, peer: "127.0.0.1" };
    const complain = (level: string, text: string) => this.#log(level, `*${number} ${text}`);
    const request = new Request(this.#context, this.#settings, this.#version, {
      message,
      port,
      peer,
      complain,
    });
    const answer = await request.answer();
    const isHead = message.method === "HEAD";
    if (this.#isQuitting) {
      response.shouldKeepAlive = false;
    }
    response.on("close", () => {
      this.#answering--;
      this.#stopIfIdle();
    });
    send(response, answer, {
      version: this.#version,
      date: new Date(this.#context.clock.now()).toUTCString(),
      isHead,
      added: addedHeaders(request.scope, answer, request.variables),
    });
    this.#logAccess(request, answer, isHead);
  }

  #logAccess(request: Request, { code, body }: Answer, isHead: boolean): void {
    const [directive] = request.scope.all("access_log");
    const [path = "/var/log/nginx/access.log", formatName = "combined"] = directive?.values ?? [];
    if (path === "off") {
      return;
    }
    const format = this.#settings.http.own("log_format").find(({ values }) => values[0] === formatName);
    const text = format
      ? format.values
          .slice(1)
          .filter((value) => !value.startsWith("escape="))
          .join("")
      : combinedFormat;
    const line = fillVariables(text, {
      ...request.variables,
      time_local: accessTime(this.#context.clock),
      time_iso8601: `${new Date(this.#context.clock.now()).toISOString().slice(0, 19)}+00:00`,
      status: String(code),
      body_bytes_sent: String(isHead ? 0 : body.length),
      bytes_sent: String(body.length),
      request_time: "0.000",
    });
    this.#openLog(path).write(`${line}\n`);
  }

  /** Opens a log to append to; one that cannot be opened goes to stderr. */
  #openLog(path: string): Writable {
    const { files, directory, stdin, stdout, stderr } = this.#context;
    const streams = [{ readable: stdin }, { writable: stdout }, { writable: stderr }];
    if (path === "stderr") {
      return stderr;
    }
    try {
      return openForWriting(
        path,
        { files, directory, descriptor: (number) => streams[number] ?? {} },
        { append: true },
      );
    } catch {
      return stderr;
    }
  }

  #log(level: string, text: string): void {
    const wanted = this.#settings.main.all("error_log")[0]?.values[1] ?? "error";
    const levels = ["debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"];
    if (levels.indexOf(level) >= levels.indexOf(wanted)) {
      this.#errors.write(errorLine(this.#context.clock, level, this.#context.pid, text));
    }
  }
}

function addedHeaders(
  scope: Scope,
  { code }: Answer,
  variables: Readonly<Record<string, string>>,
): (readonly [string, string])[] {
  return scope
    .all("add_header")
    .filter(({ values }) => code < 400 || values.includes("always"))
    .map(({ values: [name = "", value = ""] }) => [name, fillVariables(value, variables)] as const);
}
