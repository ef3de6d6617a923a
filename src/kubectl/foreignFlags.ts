/**
 * Flags that would send kubectl elsewhere or as somebody else. The guard pins the kubeconfig; a lesson or a
 * learner's input that names another server, context or credential is refused before anything is started.
 */
const foreignFlags: readonly string[] = [
  "--kubeconfig",
  "--kuberc",
  "--context",
  "--cluster",
  "--server",
  "--user",
  "--username",
  "--password",
  "--token",
  "--insecure-skip-tls-verify",
  "--certificate-authority",
  "--client-certificate",
  "--client-key",
  "--tls-server-name",
  "--as",
  "--as-group",
  "--as-uid",
  "--as-user-extra",
];

/** Flags without a value: a `--` after one of them ends kubectl's own arguments, after any other it may be the value. */
const switches = ["--stdin", "--tty", "--quiet", "--rm", "--attach", "--all-namespaces", "--watch"];

/** Shorthands without a value, which may stand before others in one word: `-As URL` is `-A -s URL`. */
const shortSwitches = /^-[AwRitqh]*$/;

/** Everywhere but with `logs`, -f and -p take a value. */
const shortSwitchesOfLogs = /^-[AwRitqhfp]*$/;

/** The flag among `args` that would send kubectl to another cluster or user, if any (what follows `--` is not kubectl's). */
export function foreignFlag(args: readonly string[]): string | undefined {
  const end = args.findIndex((arg, index) => arg === "--" && !takesNextWord(args[index - 1]));
  const own = end < 0 ? args : args.slice(0, end);
  const before = own.includes("logs") ? shortSwitchesOfLogs : shortSwitches;
  return own.find((arg) => namesForeignFlag(arg) || namesServer(arg, before));
}

function takesNextWord(arg: string | undefined): boolean {
  return (
    arg?.startsWith("-") === true && !arg.includes("=") && !switches.includes(arg) && !shortSwitches.test(arg)
  );
}

/** kubectl takes `_` for `-` in the names of its flags. */
function namesForeignFlag(arg: string): boolean {
  const [name = ""] = arg.split("=", 1);
  return foreignFlags.includes(name.replaceAll("_", "-"));
}

/** Whether a word of shorthands has -s (the server) at a place where a shorthand is read. */
function namesServer(arg: string, shorthands: RegExp): boolean {
  const place = arg.indexOf("s");
  return place > 0 && !arg.startsWith("--") && arg.startsWith("-") && shorthands.test(arg.slice(0, place));
}
