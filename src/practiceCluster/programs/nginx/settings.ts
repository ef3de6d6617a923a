import { ConfigurationError, type Directive } from "./configuration.ts";
import { knownDirectives } from "./knownDirectives.ts";

/** What holds in a block: its own directives before those around it. */
export class Scope {
  readonly directives: readonly Directive[];
  readonly #outer: Scope | undefined;

  constructor(directives: readonly Directive[], outer?: Scope) {
    this.directives = directives;
    this.#outer = outer;
  }

  /** The directives of that name of the innermost block that has any. */
  all(name: string): readonly Directive[] {
    const own = this.own(name);
    return own.length > 0 ? own : (this.#outer?.all(name) ?? []);
  }

  own(name: string): readonly Directive[] {
    return this.directives.filter((directive) => directive.name === name);
  }

  value(name: string): string | undefined {
    return this.all(name).at(-1)?.values[0];
  }
}

export interface Location {
  readonly kind: "exact" | "prefix" | "expression";
  readonly path: string;
  readonly expression?: RegExp;
  /** `^~`: expressions are not tried when this prefix matches. */
  readonly stopsExpressions: boolean;
  readonly scope: Scope;
}

export interface VirtualServer {
  readonly ports: readonly { readonly port: number; readonly isDefault: boolean }[];
  readonly names: readonly string[];
  readonly scope: Scope;
  readonly locations: readonly Location[];
}

export interface Settings {
  readonly servers: readonly VirtualServer[];
  readonly http: Scope;
  readonly main: Scope;
  readonly types: ReadonlyMap<string, string>;
  readonly upstreams: ReadonlyMap<string, readonly string[]>;
}

/** Understands a configuration. Throws ConfigurationError. */
export function readSettings(directives: readonly Directive[]): Settings {
  check(directives, undefined);
  const main = new Scope(directives);
  const http = new Scope(directives.find(({ name }) => name === "http")?.block ?? [], main);
  const upstreams = http.own("upstream").map(({ values, block = [] }) => {
    const servers = block.filter(({ name }) => name === "server").map((server) => server.values[0] ?? "");
    return [values[0] ?? "", servers] as const;
  });
  return {
    main,
    http,
    servers: http.own("server").map(({ block = [] }) => readServer(new Scope(block, http))),
    types: new Map(
      http
        .own("types")
        .flatMap(({ block = [] }) =>
          block.flatMap(({ name, values }) => values.map((extension) => [extension, name] as const)),
        ),
    ),
    upstreams: new Map(upstreams),
  };
}

const innerOnly: Readonly<Record<string, string>> = { server: "http", location: "server", http: "" };

function check(directives: readonly Directive[], parent: string | undefined): void {
  for (const { name, block, file, line } of directives) {
    if (parent === "types" || parent === "map" || parent === "geo") {
      continue;
    }
    if (!knownDirectives.has(name)) {
      throw new ConfigurationError(`unknown directive "${name}" in ${file}:${line}`);
    }
    const wanted = innerOnly[name];
    const isMisplaced =
      wanted !== undefined &&
      wanted !== (parent ?? "") &&
      !(name === "location" && parent === "location") &&
      parent !== "upstream";
    if (isMisplaced) {
      throw new ConfigurationError(`"${name}" directive is not allowed here in ${file}:${line}`);
    }
    if (block) {
      check(block, name);
    }
  }
}

function readServer(scope: Scope): VirtualServer {
  const listens = scope.own("listen");
  const ports = listens.map(({ values, file, line }) => {
    const address = values[0] ?? "";
    const port = /^\d+$/.test(address)
      ? address
      : (/:(\d+)$/.exec(address)?.[1] ?? (/^[\d.*]+$|^\[.*\]$/.test(address) ? "80" : undefined));
    if (port === undefined || Number(port) < 1 || Number(port) > 65_535) {
      throw new ConfigurationError(
        `invalid port in "${address}" of the "listen" directive in ${file}:${line}`,
      );
    }
    return { port: Number(port), isDefault: values.includes("default_server") };
  });
  return {
    ports: ports.length > 0 ? ports : [{ port: 80, isDefault: false }],
    names: scope.own("server_name").flatMap(({ values }) => values),
    scope,
    locations: locationsOf(scope),
  };
}

function locationsOf(scope: Scope): Location[] {
  return scope.own("location").flatMap(({ values, block = [], file, line }) => {
    const inner = new Scope(block, scope);
    const [first = "", second] = values;
    const path = second ?? first;
    const modifier = second === undefined ? "" : first;
    if (!["", "=", "~", "~*", "^~"].includes(modifier)) {
      throw new ConfigurationError(`invalid location modifier "${modifier}" in ${file}:${line}`);
    }
    const kind = modifier === "=" ? "exact" : modifier.startsWith("~") ? "expression" : "prefix";
    const own: Location = {
      kind,
      path,
      stopsExpressions: modifier === "^~",
      scope: inner,
      ...(kind === "expression" ? { expression: new RegExp(path, modifier === "~*" ? "i" : "") } : {}),
    };
    return [own, ...locationsOf(inner)];
  });
}

/** The server for a port and a Host header: by name, else the default one of the port. */
export function serverFor(settings: Settings, port: number, host: string): VirtualServer | undefined {
  const candidates = settings.servers.filter(({ ports }) => ports.some((each) => each.port === port));
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return (
    candidates.find(({ names }) => names.includes(name)) ??
    candidates.find(({ names }) =>
      names.some((each) => each.startsWith("*.") && name.endsWith(each.slice(1))),
    ) ??
    candidates.find(({ ports }) => ports.some((each) => each.port === port && each.isDefault)) ??
    candidates[0]
  );
}

/** The location for a path: exact, then the longest prefix with ^~, then expressions in order, then the longest prefix. */
export function locationFor({ locations }: VirtualServer, path: string): Location | undefined {
  const exact = locations.find((location) => location.kind === "exact" && location.path === path);
  if (exact) {
    return exact;
  }
  const [longest] = locations
    .filter((location) => location.kind === "prefix" && path.startsWith(location.path))
    .sort((a, b) => b.path.length - a.path.length);
  if (longest?.stopsExpressions) {
    return longest;
  }
  return locations.find(({ expression }) => expression?.test(path)) ?? longest;
}
