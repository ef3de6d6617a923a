import { getSystemErrorMap } from "node:util";

/** Why the system refused something, for people: "no space left on device (ENOSPC)". */
export function systemReason(error: unknown): string {
  const number = error instanceof Error && "errno" in error ? Number(error.errno) : 0;
  const [code, text] = getSystemErrorMap().get(number) ?? [];
  return text ? `${text} (${code})` : error instanceof Error ? error.message : String(error);
}
