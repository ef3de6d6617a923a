import { maskKubectlOutput } from "../common/kubectlMask.ts";
import type { LocalizedText } from "../common/language.ts";
import { maskSecretsInText } from "../common/secretMask.ts";
import type { KubectlLookup, KubectlOutcome } from "../kubectl/kubectl.ts";
import type { KubectlCheck } from "../lessons/check.ts";
import { fillTemplate } from "./cel.ts";
import { problemWords } from "./lookup.ts";
import type { Finding, Verdict } from "./verdict.ts";

/** Judges one run of kubectl. Only a run that reached the cluster may lead to "wrong" or "not yet". */
export function judgeKubectlRun(check: KubectlCheck, outcome: KubectlOutcome): Finding {
  const shown = outcome.state === "ran" ? masked(check.args, outcome) : undefined;
  const observed = shown ? outputOf(shown) : outcome.state;
  const variables = shown ? { ...shown, stdout: shown.stdout.trim() } : {};
  return {
    verdict: verdictOf(check, outcome, variables),
    observed,
    expected: fillTemplate(check.expected, variables),
  };
}

interface Expected {
  readonly exitCode?: number | undefined;
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
}

type Ran = Extract<KubectlOutcome, { state: "ran" }>;

function verdictOf(
  check: KubectlCheck,
  outcome: KubectlOutcome,
  variables: Readonly<Record<string, unknown>>,
): Verdict {
  if (outcome.state !== "ran") {
    return { state: "cannotTell", ...notRunWords(outcome) };
  }
  const outage = outageIn(outcome);
  if (outage) {
    return { state: "cannotTell", ...outage };
  }
  if (fits(check, outcome)) {
    return { state: "passed" };
  }
  const found = check.diagnose.find((diagnosis) => fits(diagnosis, outcome));
  return found
    ? { state: found.verdict, message: fillTemplate(found.say, variables) }
    : { state: check.else, message: fillTemplate(check.say, variables) };
}

function fits({ exitCode, stdout, stderr }: Expected, outcome: Ran): boolean {
  return (
    (exitCode === undefined || outcome.exitCode === exitCode) &&
    (stdout === undefined || new RegExp(stdout, "m").test(outcome.stdout)) &&
    (stderr === undefined || new RegExp(stderr, "m").test(outcome.stderr))
  );
}

/** What may be shown of a run; conditions look at the run itself. */
function masked(args: readonly string[], outcome: Ran): Ran {
  const mask = (text: string) => maskKubectlOutput(args, text);
  return { ...outcome, stdout: mask(outcome.stdout), stderr: maskSecretsInText(outcome.stderr) };
}

function outputOf({ stdout, stderr, exitCode }: Ran): string {
  return [stdout.trimEnd(), stderr.trimEnd(), `exit code ${exitCode}`]
    .filter((part) => part !== "")
    .join("\n");
}

/** kubectl's own words for a cluster that did not answer or did not allow it. */
function outageIn({ exitCode, stderr }: Ran): ReturnType<typeof problemWords> | undefined {
  if (exitCode === 0) {
    return undefined;
  }
  const detail = stderr.trim().split("\n").at(-1) ?? "";
  if (/\(Forbidden\)|\(Unauthorized\)/.test(stderr)) {
    return problemWords({ reason: "forbidden", detail });
  }
  const isUnreachable =
    /connection to the server .* was refused|Unable to connect to the server|dial tcp .*(refused|timeout|no route)/;
  return isUnreachable.test(stderr) ? problemWords({ reason: "unreachable", detail }) : undefined;
}

interface Words {
  readonly message: LocalizedText;
  readonly remedy: LocalizedText;
}

function notRunWords(outcome: Exclude<KubectlOutcome, { state: "ran" }>): Words {
  switch (outcome.state) {
    case "notFound":
      return lookupWords(outcome.lookup);
    case "timedOut":
      return {
        message: {
          ja: `kubectl が ${outcome.limitMs / 1000} 秒以内に終わらなかったため、停止しました。`,
          en: `kubectl did not end within ${outcome.limitMs / 1000} s and was stopped.`,
        },
        remedy: {
          ja: "同じコマンドをターミナルで実行し、どこで止まるかを見てください。",
          en: "Run the same command in the terminal and see where it stays.",
        },
      };
    case "cancelled":
      return {
        message: { ja: "確認が中断されました。", en: "Checking was interrupted." },
        remedy: { ja: "もう一度確認してください。", en: "Check again." },
      };
    case "notStarted":
      return {
        message: {
          ja: `kubectl を起動できません（${outcome.detail}）。`,
          en: `kubectl could not be started (${outcome.detail}).`,
        },
        remedy: {
          ja: "設定にある kubectl のパスを確認してください。",
          en: "Look at the path of kubectl in the settings.",
        },
      };
    case "refused":
      return {
        message: {
          ja: `学習用クラスタではない接続先のため、実行しませんでした（${outcome.detail}）。`,
          en: `Not run: it would not have reached the lesson cluster (${outcome.detail}).`,
        },
        remedy: {
          ja: "コマンド「Dojo: 環境を調べる」で接続先を確認してください。",
          en: "Look at the cluster with the command “Dojo: Look at the Environment”.",
        },
      };
  }
}

function lookupWords(lookup: KubectlLookup): Words {
  const isOld = lookup.state === "tooOld";
  const version = isOld ? lookup.version.gitVersion : "";
  return {
    message: isOld
      ? { ja: `kubectl ${version} は古すぎます。`, en: `kubectl ${version} is too old.` }
      : { ja: "kubectl が見つかりません。", en: "kubectl was not found." },
    remedy: {
      ja: "kubectl 1.29 以降をインストールするか、設定でパスを指定してください。",
      en: "Install kubectl 1.29 or newer, or set its path in the settings.",
    },
  };
}
