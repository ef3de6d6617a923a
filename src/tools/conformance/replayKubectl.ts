import { findKubectl } from "../../kubectl/findKubectl.ts";
import { fetchKubectl } from "../kubectl/fetchKubectl.ts";

/** The transcripts' folder by the minor of kubectl that recorded them. */
const transcriptsByMinor = new Map([
  [36, "transcripts"],
  [33, "transcripts-1.33"],
]);

export interface ReplayKubectl {
  readonly path: string;
  readonly transcripts: string;
}

/** The kubectl on PATH when its minor has transcripts, else a fetched one; undefined when none can be had. */
export async function findReplayKubectl(): Promise<ReplayKubectl | undefined> {
  const named = process.env.DOJO_KUBECTL;
  const found = await findKubectl({ configuredPath: named, searchPath: process.env.PATH ?? "" });
  if (found.state === "found") {
    const transcripts = transcriptsByMinor.get(found.version.minor);
    // a dispatcher says one version and runs another: it is no kubectl to compare texts with
    if (transcripts && !found.version.gitVersion.includes("dispatcher")) {
      return { path: found.path, transcripts };
    }
  }
  try {
    return { path: await fetchKubectl(), transcripts: "transcripts" };
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
