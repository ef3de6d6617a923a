import type { ProcessContext } from "../../program.ts";
import type { PostgresClient } from "../client/client.ts";
import { defaultPrintSettings, type PrintSettings } from "./table.ts";

/** A script that is being read: its name for error messages (none for stdin), and the line it is at. */
export interface Place {
  readonly file: string | undefined;
  line: number;
}

/** The state of one run of psql. */
export class PsqlSession {
  readonly context: ProcessContext;
  readonly version: string;
  readonly print: PrintSettings = defaultPrintSettings();
  readonly variables = new Map<string, string>();
  client: PostgresClient;
  quiet = false;
  timing = false;
  echoQueries = false;
  interactive = false;
  place: Place | undefined;
  /** Set by \q and by errors that end the run. */
  ended = false;
  /** Output of \o, or undefined for stdout. */
  outputFile: string | undefined;

  constructor(context: ProcessContext, version: string, client: PostgresClient) {
    this.context = context;
    this.version = version;
    this.client = client;
  }

  get stopsOnError(): boolean {
    return isOn(this.variables.get("ON_ERROR_STOP"));
  }

  write(text: string): void {
    if (this.outputFile === undefined) {
      this.context.stdout.write(text);
    } else {
      this.context.files.write(this.outputFile, text, { append: true });
    }
  }

  /** Writes a message of psql itself or of the server to stderr, with the script's place. */
  complain(text: string): void {
    const { place } = this;
    const prefix = place?.file === undefined ? "" : `psql:${place.file}:${place.line}: `;
    this.context.stderr.write(`${prefix}${text}${text.endsWith("\n") ? "" : "\n"}`);
  }
}

const isOn = (value: string | undefined) =>
  value !== undefined && !["", "off", "0", "false", "no"].includes(value.toLowerCase());
