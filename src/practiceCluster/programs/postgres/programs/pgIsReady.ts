import type { Duplex } from "node:stream";
import type { Program } from "../../program.ts";
import { openStream } from "../client/client.ts";
import { connectionOptions } from "../client/options.ts";
import { definedOf, readOptions, UsageError } from "../client/readOptions.ts";
import { encode, int32, type Message, MessageReader, readReport, text } from "../protocol.ts";

const protocolVersion = 196608;
const startingUp = "57P03";

/** `pg_isready`: exit 0 accepting, 1 rejecting (starting up), 2 no response, 3 no attempt made. */
export function pgIsReadyProgram(version: string): Program {
  return async (context) => {
    try {
      const { values, flags } = readOptions(context.argv, {
        values: { h: "host", p: "port", U: "username", d: "dbname", t: "timeout" },
        flags: { q: "quiet", V: "version" },
      });
      if (flags.has("version")) {
        context.stdout.write(`pg_isready (PostgreSQL) ${version}\n`);
        return 0;
      }
      const given = { host: values.host, port: values.port, user: values.username, database: values.dbname };
      const options = connectionOptions(definedOf(given), context.environment, "pg_isready");
      const state = await ping(() => openStream(context, options), options.user);
      if (!flags.has("quiet")) {
        context.stdout.write(`${options.host}:${options.port} - ${state.words}\n`);
      }
      return state.code;
    } catch (cause) {
      if (!(cause instanceof UsageError)) {
        throw cause;
      }
      context.stderr.write(`pg_isready: ${cause.message}\n`);
      return 3;
    }
  };
}

const accepting = { words: "accepting connections", code: 0 };
const rejecting = { words: "rejecting connections", code: 1 };
const noResponse = { words: "no response", code: 2 };

async function ping(open: () => Promise<Duplex>, user: string) {
  try {
    const stream = await open();
    const answer = await firstMessage(stream, user);
    stream.destroy();
    if (!answer) {
      return noResponse;
    }
    return answer.type === "E" && readReport(answer.body).C === startingUp ? rejecting : accepting;
  } catch {
    return noResponse;
  }
}

function firstMessage(stream: Duplex, user: string): Promise<Message | undefined> {
  const reader = new MessageReader();
  return new Promise((resolve) => {
    stream.on("data", (bytes: Buffer) => {
      const [message] = reader.push(bytes);
      if (message) {
        resolve(message);
      }
    });
    for (const event of ["end", "close", "error"]) {
      stream.on(event, () => resolve(undefined));
    }
    stream.write(encode("", int32(protocolVersion), text("user"), text(user), "\0"));
  });
}
