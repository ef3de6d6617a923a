import { mask, maskSecretsInText } from "./secretMask.ts";

/** A word that names Secrets as a resource: `secret`, `secrets/web`, `pods,secret`. */
const secretResource = /^(?:[\w.-]+,)*secrets?(?:\.v1\.?)?(?:[,/].*)?$/;

/** Formats that pick values out of an object, so that nothing says any more what they were. */
const picking =
  /^(?:-o|--output)=?(?:jsonpath|jsonpath-as-json|jsonpath-file|go-template|go-template-file|custom-columns|template)/;

/** A path that reaches only what is no value: names, labels, types. Templates may name a field in other ways. */
const harmlessPath = /^(?!.*template)(?!.*-file)(?!.*(?<!meta)data)(?!.*[@*])(?!.*\.\.).*$/is;

/** Flags whose value is a secret's, or a whole Secret. */
const tellingFlags = /^(--from-literal=[^=]*=|--docker-password=|--token=|--password=).*$/s;

/** What kubectl printed, with the values of Secrets masked: whole where its arguments picked them out. */
export function maskKubectlOutput(args: readonly string[], output: string): string {
  if (namesSecrets(args) && picksValues(args)) {
    return output.replaceAll(/\S+/g, mask);
  }
  return maskSecretsInText(output);
}

/** The arguments of a kubectl call as they may be shown: `--from-literal=password=•••`. */
export function maskKubectlArguments(args: readonly string[]): readonly string[] {
  const isSecret = namesSecrets(args);
  return args.map((arg, index) => {
    const before = args[index - 1];
    if (isSecret && (before === "-p" || before === "--patch")) {
      return mask;
    }
    if (before === "--from-literal") {
      return arg.replace(/=.*$/s, `=${mask}`);
    }
    return arg
      .replace(tellingFlags, `$1${mask}`)
      .replace(isSecret ? /^(-p|--patch)[={].*$/s : /(?!)/, `$1=${mask}`)
      .replaceAll(/(\w*PASSWORD=)\S+/g, `$1${mask}`);
  });
}

function namesSecrets(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).some((arg) => secretResource.test(arg));
}

function picksValues(args: readonly string[]): boolean {
  return args.some((arg, index) => {
    const isSeparate = arg === "-o" || arg === "--output";
    const format = isSeparate ? `-o=${args[index + 1] ?? ""}` : arg;
    return picking.test(format) && !harmlessPath.test(format);
  });
}
