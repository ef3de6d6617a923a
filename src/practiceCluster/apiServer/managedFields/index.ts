export type { ServerSideApply } from "./applyServerSide.ts";
export { applyServerSide } from "./applyServerSide.ts";
export type { RecordedUpdate } from "./recordUpdate.ts";
export { recordUpdate } from "./recordUpdate.ts";
