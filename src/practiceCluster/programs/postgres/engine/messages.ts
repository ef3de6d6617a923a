/** What a worker is given when it starts: the engine's shared code and files, and what to open. */
export interface WorkerStart {
  readonly module: WebAssembly.Module;
  readonly files: SharedArrayBuffer;
  readonly folder: string;
  readonly database: string;
  readonly version: string;
  /** Server options, as after `postgres -c`. */
  readonly options: readonly string[];
  /** The template to make the folder from first, when it is a new one. */
  readonly create?: FolderCreation;
}

export interface FolderCreation {
  readonly template: string;
  readonly nowMs: number;
}

export type WorkerRequest =
  | { readonly id: number; readonly kind: "execute"; readonly messages: Uint8Array }
  | { readonly id: number; readonly kind: "close" };

export type WorkerReply =
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly id: number; readonly messages: Uint8Array }
  | { readonly kind: "closed"; readonly id: number }
  | { readonly kind: "failed"; readonly id?: number; readonly message: string };
