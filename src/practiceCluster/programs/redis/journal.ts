import type { ContainerFileSystem } from "../fileSystem.ts";
import type { Configuration } from "./configuration.ts";
import { encodeCommand, RespReader, wordsOf } from "./resp.ts";

/**
 * What a server keeps on its volume: with `appendonly yes` every write, else a snapshot. Both files hold
 * commands; the snapshot is not the binary format of a real dump.rdb.
 */
export class Journal {
  readonly #files: ContainerFileSystem;
  readonly #configuration: Configuration;

  constructor(files: ContainerFileSystem, configuration: Configuration) {
    this.#files = files;
    this.#configuration = configuration;
  }

  /** The commands that were kept, in order. */
  load(): string[][] {
    const path = this.#appends ? this.#appendPath : this.#snapshotPath;
    if (!this.#files.exists(path)) {
      return [];
    }
    const reader = new RespReader();
    reader.push(this.#files.read(path));
    const commands: string[][] = [];
    for (let value = reader.next(); value !== undefined; value = reader.next()) {
      const words = wordsOf(value);
      if (words) {
        commands.push(words);
      }
    }
    return commands;
  }

  append(words: readonly string[]): void {
    if (this.#appends) {
      this.#files.makeDirectory(this.#appendFolder, { recursive: true });
      this.#files.write(this.#appendPath, encodeCommand(words), { append: true });
    }
  }

  /** Begins the file of writes anew with what makes the present keys. */
  rewrite(commands: readonly (readonly string[])[]): void {
    if (this.#appends) {
      this.#files.makeDirectory(this.#appendFolder, { recursive: true });
      this.#files.write(this.#appendPath, commands.map(encodeCommand).join(""));
    }
  }

  saveSnapshot(commands: readonly (readonly string[])[]): void {
    this.#files.write(this.#snapshotPath, commands.map(encodeCommand).join(""));
  }

  get #appends(): boolean {
    return this.#configuration.isOn("appendonly");
  }

  get #appendFolder(): string {
    return `${this.#configuration.get("dir")}/${this.#configuration.get("appenddirname")}`;
  }

  get #appendPath(): string {
    return `${this.#appendFolder}/${this.#configuration.get("appendfilename")}.1.incr.aof`;
  }

  get #snapshotPath(): string {
    return `${this.#configuration.get("dir")}/${this.#configuration.get("dbfilename")}`;
  }
}
