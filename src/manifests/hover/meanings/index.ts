import { budgets } from "./budgets.ts";
import type { Meaning } from "./meaning.ts";
import { network } from "./network.ts";
import { scaling } from "./scaling.ts";
import { storage } from "./storage.ts";
import { updating } from "./updating.ts";

/** What the fields that matter to a StatefulSet will do; one entry a field. */
export const meanings: readonly Meaning[] = [...scaling, ...updating, ...storage, ...network, ...budgets];
