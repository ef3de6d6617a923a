import { hashCommands, listCommands, setCommands, sortedSetCommands } from "./collections.ts";
import type { KeyCommand } from "./command.ts";
import { keyCommands } from "./keys.ts";
import { stringCommands } from "./strings.ts";

/** Every command on keys, by its name in capitals. */
export const collectionCommands: Readonly<Record<string, KeyCommand>> = {
  ...keyCommands,
  ...stringCommands,
  ...listCommands,
  ...setCommands,
  ...hashCommands,
  ...sortedSetCommands,
};
