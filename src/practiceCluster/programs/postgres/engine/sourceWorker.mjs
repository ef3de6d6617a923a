// Starts the worker when the sources run: a worker thread does not inherit the loader of TypeScript files.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
