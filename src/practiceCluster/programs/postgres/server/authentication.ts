import { randomBytes } from "node:crypto";
import { encode, int32, strings, text } from "../protocol.ts";
import {
  attributes,
  clientFinalMessage,
  proofIsRight,
  readSecret,
  type ScramSecret,
  serverFinalMessage,
  serverFirstMessage,
} from "../scram.ts";
import type { ClientConnection } from "./connection.ts";

const passwordRequest = 3;
const saslRequest = 10;
const saslContinue = 11;
const saslFinal = 12;

/** Asks the client for `password` (as stored) by `method`. False when it is wrong, absent or the client leaves. */
export async function passwordIsRight(
  client: ClientConnection,
  method: string,
  stored: string | null,
): Promise<boolean> {
  const secret = readSecret(stored ?? "");
  if (method === "password") {
    return await clearTextIsRight(client, secret);
  }
  // a client must not learn from the exchange whether the role exists
  return await scramIsRight(client, secret ?? impossibleSecret());
}

function impossibleSecret(): ScramSecret {
  const [salt, storedKey, serverKey] = [randomBytes(16), randomBytes(32), randomBytes(32)];
  return { iterations: 4096, salt, storedKey, serverKey };
}

async function clearTextIsRight(client: ClientConnection, secret: ScramSecret | undefined): Promise<boolean> {
  client.send(encode("R", int32(passwordRequest)));
  const answer = await client.next();
  if (answer?.type !== "p" || !secret) {
    return false;
  }
  const exchange = {
    clientFirstBare: "n=,r=a",
    serverFirst: serverFirstMessage(secret, "a", "b"),
    clientFinalWithoutProof: "c=biws,r=ab",
  };
  const final = clientFinalMessage(strings(answer.body)[0] ?? "", exchange);
  return proofIsRight(secret, exchange, proofOf(final));
}

const proofOf = (final: string) => Buffer.from(final.slice(final.lastIndexOf(",p=") + 3), "base64");

async function scramIsRight(client: ClientConnection, secret: ScramSecret): Promise<boolean> {
  client.send(encode("R", int32(saslRequest), text("SCRAM-SHA-256"), "\0"));
  const first = await client.next();
  if (first?.type !== "p") {
    return false;
  }
  const mechanismEnd = first.body.indexOf(0);
  const clientFirst = first.body.toString("utf8", mechanismEnd + 5);
  const clientFirstBare = clientFirst.replace(/^[^,]*,[^,]*,/, "");
  const serverFirst = serverFirstMessage(
    secret,
    attributes(clientFirstBare).r ?? "",
    randomBytes(18).toString("base64"),
  );
  client.send(encode("R", int32(saslContinue), serverFirst));
  const final = (await client.next())?.body.toString("utf8") ?? "";
  const clientFinalWithoutProof = final.slice(0, Math.max(0, final.lastIndexOf(",p=")));
  const exchange = { clientFirstBare, serverFirst, clientFinalWithoutProof };
  const nonceIsOurs = attributes(final).r === attributes(serverFirst).r;
  if (!nonceIsOurs || !proofIsRight(secret, exchange, proofOf(final))) {
    return false;
  }
  client.send(encode("R", int32(saslFinal), serverFinalMessage(secret, exchange)));
  return true;
}
