/*
 * The formats of names and values, each as a function that gives the messages for what is wrong
 * (k8s.io/apimachinery/pkg/util/validation and pkg/api/validate/content).
 */

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = String.raw`${label}(\.${label})*`;
const qualifiedName = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelValue = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
const longestLabel = 63;
const longestSubdomain = 253;

const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

function patternMessage(rule: string, pattern: string, ...examples: string[]): string {
  const quoted = examples.map((example) => `'${example}', `).join(" or ");
  const start = quoted === "" ? `${rule} (` : `${rule} (e.g. ${quoted}`;
  return `${start}regex used for validation is '${pattern}')`;
}

function matches(pattern: string, value: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(value);
}

function tooLong(value: string, most: number): string[] {
  return Buffer.byteLength(value) > most ? [`must be no more than ${most} characters`] : [];
}

export function rangeMessage(least: number, most: number): string {
  return `must be between ${least} and ${most}, inclusive`;
}

/** RFC 1123 label: Pods' containers, StatefulSets, namespaces. */
export function dnsLabelProblems(value: string): string[] {
  const problems = tooLong(value, longestLabel);
  if (!matches(label, value)) {
    const onlyDots = matches(subdomain, value);
    problems.push(
      onlyDots ? "must not contain dots" : patternMessage(labelRule, label, "my-name", "123-abc"),
    );
  }
  return problems;
}

/** RFC 1123 subdomain: the names of most objects. */
export function dnsSubdomainProblems(value: string): string[] {
  const problems = tooLong(value, longestSubdomain);
  if (!matches(subdomain, value)) {
    problems.push(patternMessage(subdomainRule, subdomain, "example.com"));
  }
  return problems;
}

/** A key of labels: an optional DNS prefix and a name. */
export function qualifiedNameProblems(value: string): string[] {
  const parts = value.split("/");
  const name = parts.at(-1) ?? "";
  if (parts.length > 2) {
    const rule =
      "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
    return [
      `${patternMessage(rule, qualifiedName, "MyName", "my.name", "123-abc")} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const problems: string[] = [];
  if (parts.length === 2) {
    const prefix = parts[0] ?? "";
    const wrong = prefix === "" ? ["must be non-empty"] : dnsSubdomainProblems(prefix);
    problems.push(...wrong.map((message) => `prefix part ${message}`));
  }
  if (name === "") {
    problems.push("name part must be non-empty");
  } else {
    problems.push(...tooLong(name, longestLabel).map((message) => `name part ${message}`));
  }
  if (!matches(qualifiedName, name)) {
    const rule =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
    problems.push(`name part ${patternMessage(rule, qualifiedName, "MyName", "my.name", "123-abc")}`);
  }
  return problems;
}

/** A label's value. */
export function labelValueProblems(value: string): string[] {
  const problems = tooLong(value, longestLabel);
  if (!matches(labelValue, value)) {
    const rule =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
    problems.push(patternMessage(rule, labelValue, "MyValue", "my_value", "12345"));
  }
  return problems;
}

export function portNumberProblems(port: number): string[] {
  return port >= 1 && port <= 65_535 ? [] : [rangeMessage(1, 65_535)];
}

/** The name of a port (IANA service name). */
export function portNameProblems(name: string): string[] {
  const problems = tooLong(name, 15);
  if (!/^[-a-z0-9]+$/.test(name)) {
    problems.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (!/[a-z]/.test(name)) {
    problems.push("must contain at least one letter (a-z)");
  }
  if (name.includes("--")) {
    problems.push("must not contain consecutive hyphens");
  }
  if (name.startsWith("-") || name.endsWith("-")) {
    problems.push("must not begin or end with a hyphen");
  }
  return problems;
}

/** The name of an environment variable: printable ASCII without "=" (relaxed since 1.34). */
export function environmentNameProblems(name: string): string[] {
  if (/^[\x20-\x3c\x3e-\x7e]*$/.test(name)) {
    return [];
  }
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** A key of a ConfigMap or Secret. */
export function dataKeyProblems(key: string): string[] {
  const pattern = "[-._a-zA-Z0-9]+";
  const problems = tooLong(key, longestSubdomain);
  if (!matches(pattern, key)) {
    const rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    problems.push(patternMessage(rule, pattern, "key.name", "KEY_NAME", "key-name"));
  }
  if (key === "." || key === "..") {
    problems.push(`must not be '${key}'`);
  } else if (key.startsWith("..")) {
    problems.push("must not start with '..'");
  }
  return problems;
}

export function percentProblems(value: string): string[] {
  const pattern = "[0-9]+%";
  const rule = "a valid percent string must be a numeric string followed by an ending '%'";
  return matches(pattern, value) ? [] : [patternMessage(rule, pattern, "1%", "93%")];
}

export function headerNameProblems(name: string): string[] {
  const pattern = "[-A-Za-z0-9]+";
  const rule = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return matches(pattern, name) ? [] : [patternMessage(rule, pattern, "X-Header-Name")];
}

/** A name of which only what would break a path is refused (roles). */
export function pathSegmentProblems(name: string): string[] {
  if (name === "." || name === "..") {
    return [`may not be '${name}'`];
  }
  return ["/", "%"].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}
