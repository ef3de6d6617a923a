import assert from "node:assert/strict";
import { type OddRequest, oddRequest } from "./support/oddRequests.ts";
import { type PracticeProcess, type RawAnswer, startPracticeProcess } from "./support/practiceProcess.ts";
import { Random, seedOf } from "./support/random.ts";

/** So many in every run of the tests; DOJO_FUZZ_REQUESTS=100000 for the long one, DOJO_FUZZ_SEED to see one again. */
const total = Number(process.env.DOJO_FUZZ_REQUESTS ?? 3_000);
const atOnce = 16;
const mostMegabytes = 600;

describe("the API server under random requests", () => {
  const seed = seedOf("DOJO_FUZZ_SEED");
  let practice: PracticeProcess;

  before(async () => {
    practice = await startPracticeProcess();
  });
  after(() => practice.remove());

  it(`answers each of ${total} with a Status or an object, in bounded memory (DOJO_FUZZ_SEED=${seed})`, async function () {
    this.timeout(20_000 + total * 20);
    const random = new Random(seed);
    const codes = new Map<number, number>();
    const faults: string[] = [];
    let sent = 0;
    let most = 0;
    const sender = async () => {
      while (sent < total && faults.length < 5) {
        sent += 1;
        const odd = oddRequest(random);
        const answer = await practice.send(odd).catch((error: Error) => error);
        if (answer instanceof Error) {
          faults.push(`${describeRequest(odd)}\n  no answer: ${answer.message}`);
        } else {
          codes.set(answer.code, (codes.get(answer.code) ?? 0) + 1);
          faults.push(...faultsIn(odd, answer));
        }
        if (sent % 500 === 0) {
          most = Math.max(most, practice.residentMegabytes());
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, sender));
    assert.ok(
      faults.length === 0,
      `seed ${seed}\n${faults.join("\n")}\n${practice.output().slice(0, 5_000)}`,
    );
    assert.ok(!/^ {4}at /m.test(practice.output()), `seed ${seed}\n${practice.output().slice(0, 5_000)}`);
    assert.ok(most < mostMegabytes, `${most} MB resident`);
    const [first = 0] = [...codes.keys()].filter((code) => code >= 200 && code < 300);
    assert.ok(first > 0 && codes.size > 4, "some are sound and some are not: else nothing was tried");
    const startedAt = performance.now();
    assert.equal((await practice.send({ path: "/api/v1/namespaces/kube-system" })).code, 200);
    assert.ok(performance.now() - startedAt < 2_000, "still answers at once");
  });
});

function describeRequest({ method, path, headers, body }: OddRequest): string {
  return `${method} ${path} ${JSON.stringify(headers)}\n  ${JSON.stringify(body?.toString("utf8").slice(0, 2_000))}`;
}

/** What an API server never answers: a fault of its own, or a refusal that is no Status. */
function faultsIn(odd: OddRequest, answer: RawAnswer): string[] {
  const told = () => [`${describeRequest(odd)}\n  ${answer.code} ${answer.text.slice(0, 500)}`];
  // apply answers 500 for what does not fit the schema, as the real server does, but with another reason
  // what is no handshake is refused before anything of Kubernetes looks at it
  if (odd.headers["connection"] === "Upgrade") {
    return answer.code === 500 ? told() : [];
  }
  // apply answers 500 for what does not fit the schema, as the real server does, but with another reason
  // what is no handshake is refused before anything of Kubernetes looks at it
  if (
    odd.headers["connection"] === "Upgrade" &&
    (answer.code === 101 || /^[45]\d\d$/.test(String(answer.code)))
  ) {
    return answer.code === 500 ? told() : [];
  }
  if (answer.code < 200 || (answer.code === 500 && answer.text.includes("InternalError"))) {
    return told();
  }
  if (answer.code < 400 || odd.method === "HEAD" || answer.text === "404 page not found\n") {
    return [];
  }
  try {
    const { kind, status, code } = JSON.parse(answer.text);
    return kind === "Status" && status === "Failure" && code === answer.code ? [] : told();
  } catch {
    return told();
  }
}
