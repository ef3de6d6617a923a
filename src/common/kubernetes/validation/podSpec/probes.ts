import { objectIn, objectsIn } from "../../defaults/fill.ts";
import type { JsonObject } from "../../objects.ts";
import { headerNameProblems } from "../formats.ts";
import type { Problems } from "../problems.ts";
import { nonNegative, numberOf, portReference, textOf, textsOf } from "../values.ts";

function validateHttpGet(problems: Problems, path: string, action: JsonObject): void {
  if (textOf(action.path) === "") {
    problems.required(`${path}.path`);
  }
  portReference(problems, `${path}.port`, action.port);
  if (!["HTTP", "HTTPS"].includes(textOf(action.scheme))) {
    problems.notSupported(`${path}.scheme`, action.scheme, ["HTTP", "HTTPS"]);
  }
  for (const header of objectsIn(action, "httpHeaders")) {
    const name = textOf(header.name);
    problems.invalidAll(`${path}.httpHeaders`, name, headerNameProblems(name));
  }
}

function validateExec(problems: Problems, path: string, action: JsonObject): void {
  if (textsOf(action.command).length === 0) {
    problems.required(`${path}.command`);
  }
}

type ValidateAction = (problems: Problems, path: string, action: JsonObject, gracePeriod: number) => void;

const handlers: Readonly<Record<string, ValidateAction>> = {
  exec: validateExec,
  httpGet: validateHttpGet,
  tcpSocket: (problems, path, action) => portReference(problems, `${path}.port`, action.port),
  grpc: (problems, path, action) => portReference(problems, `${path}.port`, numberOf(action.port)),
  sleep: (problems, path, action, gracePeriod) => {
    const seconds = numberOf(action.seconds);
    if (seconds < 0 || seconds > gracePeriod) {
      const message = `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod}). Additionally, a value of zero is allowed`;
      problems.invalid(path, seconds, message);
    }
  },
};

/** A handler of a probe or hook: exactly one kind of action. */
export function validateHandler(
  problems: Problems,
  path: string,
  handler: JsonObject,
  gracePeriod: number,
): void {
  let found = 0;
  for (const [kind, validate] of Object.entries(handlers)) {
    const action = objectIn(handler, kind);
    if (action && found > 0) {
      problems.forbidden(`${path}.${kind}`, "may not specify more than 1 handler type");
    } else if (action) {
      found += 1;
      validate(problems, `${path}.${kind}`, action, gracePeriod);
    }
  }
  if (found === 0) {
    problems.required(path, "must specify a handler type");
  }
}

const counts = [
  "initialDelaySeconds",
  "timeoutSeconds",
  "periodSeconds",
  "successThreshold",
  "failureThreshold",
];

function validateProbe(
  problems: Problems,
  path: string,
  probe: JsonObject | undefined,
  kind: "livenessProbe" | "readinessProbe" | "startupProbe",
  gracePeriod: number,
): void {
  if (!probe) {
    return;
  }
  validateHandler(problems, path, probe, gracePeriod);
  for (const count of counts) {
    nonNegative(problems, `${path}.${count}`, probe[count]);
  }
  const ownGracePeriod = probe.terminationGracePeriodSeconds;
  if (ownGracePeriod !== undefined && numberOf(ownGracePeriod) <= 0) {
    problems.invalid(`${path}.terminationGracePeriodSeconds`, ownGracePeriod, "must be greater than 0");
  }
  if (kind === "readinessProbe") {
    if (ownGracePeriod !== undefined) {
      const message = "must not be set for readinessProbes";
      problems.invalid(`${path}.terminationGracePeriodSeconds`, ownGracePeriod, message);
    }
  } else if (probe.successThreshold !== 1) {
    problems.invalid(`${path}.successThreshold`, numberOf(probe.successThreshold), "must be 1");
  }
}

/** The hooks and probes of a container. */
export function validateLifecycleAndProbes(
  problems: Problems,
  path: string,
  container: JsonObject,
  gracePeriod: number,
): void {
  const lifecycle = objectIn(container, "lifecycle");
  for (const hook of ["postStart", "preStop"]) {
    const handler = objectIn(lifecycle, hook);
    if (handler) {
      validateHandler(problems, `${path}.lifecycle.${hook}`, handler, gracePeriod);
    }
  }
  for (const kind of ["livenessProbe", "readinessProbe", "startupProbe"] as const) {
    validateProbe(problems, `${path}.${kind}`, objectIn(container, kind), kind, gracePeriod);
  }
}

/** Plain init containers run to their end: they have neither hooks nor probes. */
export function forbidLifecycleAndProbes(problems: Problems, path: string, container: JsonObject): void {
  for (const key of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"]) {
    if (container[key]) {
      const message = "may not be set for init containers without restartPolicy=Always";
      problems.forbidden(`${path}.${key}`, message);
    }
  }
}
