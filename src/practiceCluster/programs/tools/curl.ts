import type { Program } from "../program.ts";
import { curl } from "./network.ts";

/** curl, which only some images have. */
export function toolsWithCurl(): Record<string, Program> {
  return { "/usr/bin/curl": curl("gnu") };
}
