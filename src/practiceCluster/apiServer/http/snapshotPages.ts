import type { NamedSnapshots } from "../../storage/namedSnapshots.ts";
import type { StoredState } from "../../storage/objectStore.ts";
import { refusals } from "../requests/errors.ts";
import { answerJson, type Exchange } from "./exchange.ts";

/** What the pages below /statefulset-dojo/snapshots need. */
export interface SnapshotOptions {
  /** Undefined for a cluster without a data folder. */
  readonly snapshots: NamedSnapshots | undefined;
  readonly stateNow: () => StoredState;
  readonly whenStored: () => Promise<void>;
  /** Ends the process, so that the next one goes back as planned. */
  readonly endToReturn: (name: string) => void;
}

export const snapshotsPath = "/statefulset-dojo/snapshots";

/**
 * Answers GET (which there are), POST NAME (save), DELETE NAME and POST NAME/return (go back: 202, and the process ends);
 * false for any other path. Throws 400 for a bad name, 404 for one that is not there, 405.
 */
export async function answerSnapshots(
  options: SnapshotOptions,
  exchange: Exchange,
  path: string,
): Promise<boolean> {
  if (path !== snapshotsPath && !path.startsWith(`${snapshotsPath}/`)) {
    return false;
  }
  const { snapshots } = options;
  if (!snapshots) {
    throw refusals.badRequest(
      "snapshots need a data folder: this practice cluster was started without --data",
    );
  }
  const [name, action, ...rest] = path.slice(snapshotsPath.length + 1).split("/");
  if (rest.length > 0 || (action !== undefined && action !== "return")) {
    return false;
  }
  if (!name) {
    answerList(snapshots, exchange);
  } else {
    requireName(name);
    await answerOne(options, snapshots, exchange, name, action !== undefined);
  }
  return true;
}

function answerList(snapshots: NamedSnapshots, { request, response }: Exchange): void {
  if (request.method !== "GET") {
    throw refusals.methodNotAllowed();
  }
  const items = snapshots
    .list()
    .map(({ name, savedAt }) => ({ name, savedAt: new Date(savedAt).toISOString() }));
  answerJson(response, 200, { items });
}

async function answerOne(
  { stateNow, whenStored, endToReturn }: SnapshotOptions,
  snapshots: NamedSnapshots,
  { request, response }: Exchange,
  name: string,
  isReturn: boolean,
): Promise<void> {
  if (request.method === "POST" && !isReturn) {
    await whenStored();
    snapshots.save(name, stateNow());
    answerJson(response, 201, { name });
    return;
  }
  if (!snapshots.has(name)) {
    throw refusals.noSuchResource();
  }
  if (request.method === "POST") {
    await whenStored();
    snapshots.planReturn(name);
    response.on("close", () => endToReturn(name));
    answerJson(response, 202, { name });
  } else if (request.method === "DELETE" && !isReturn) {
    snapshots.remove(name);
    answerJson(response, 200, { name });
  } else {
    throw refusals.methodNotAllowed();
  }
}

/** It becomes a folder's name. */
function requireName(name: string): void {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    throw refusals.badRequest(
      "a snapshot's name has lower-case letters, digits and -, at most 63 characters, and no - at its ends",
    );
  }
}
