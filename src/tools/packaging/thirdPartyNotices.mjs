import esbuildPluginLicense from "esbuild-plugin-license";

/** Licences under which a dependency may be bundled: permissive ones only. */
const permissive = new Set([
  "mit",
  "isc",
  "apache-2.0",
  "bsd-2-clause",
  "bsd-3-clause",
  "0bsd",
  "postgresql",
]);

/**
 * An esbuild plugin that lists every bundled package with its licence's text in `file`. One for all bundles:
 * whichever is written last has seen them all. Throws when a licence isn't permissive, so such a bundle is never shipped.
 */
export function thirdPartyNotices(file) {
  const seen = new Map();
  return () =>
    esbuildPluginLicense({
      banner: "",
      thirdParty: {
        includePrivate: false,
        output: {
          file,
          template(dependencies) {
            for (const { packageJson, licenseText } of dependencies) {
              seen.set(`${packageJson.name} ${packageJson.version}`, {
                licence: packageJson.license,
                text: licenseText,
              });
            }
            return notices(seen);
          },
        },
      },
    });
}

function notices(seen) {
  const refused = [...seen].filter(([, { licence }]) => !permitted(licence));
  if (refused.length > 0) {
    throw new Error(
      `Not permissive, so not to be bundled: ${refused.map(([name, { licence }]) => `${name} (${licence})`).join(", ")}`,
    );
  }
  return [...seen]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { licence, text }]) => `${name} (${licence})\n\n${(text ?? "").trim()}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** An SPDX expression with OR is permitted when one of its sides is. */
function permitted(licence) {
  return String(licence)
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((each) => permissive.has(each.trim().toLowerCase()));
}
