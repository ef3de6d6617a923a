import type { Image, Program } from "../program.ts";
import { shellProgram } from "../shell/shell.ts";
import { toolsOf } from "../tools/index.ts";

/** `busybox APPLET …`. */
function busyboxProgram(applets: Readonly<Record<string, Program>>, version: string): Program {
  return async (context) => {
    const argv = context.argv.slice(1);
    const [name = ""] = argv;
    if (name === "" || name === "--help") {
      context.stdout.write(`BusyBox v${version} multi-call binary.\n`);
      return 0;
    }
    if (name === "--list") {
      context.stdout.write(`${Object.keys(applets).sort().join("\n")}\n`);
      return 0;
    }
    const applet = Object.hasOwn(applets, name) ? applets[name] : undefined;
    if (!applet) {
      context.stderr.write(`${name}: applet not found\n`);
      return 127;
    }
    return await applet(Object.create(context, { argv: { value: argv, enumerable: true } }));
  };
}

function busyboxPrograms(version: string): Record<string, Program> {
  const applets: Record<string, Program> = {
    ...toolsOf("busybox"),
    sh: shellProgram("ash"),
    ash: shellProgram("ash"),
  };
  applets["busybox"] = busyboxProgram(applets, version);
  return Object.fromEntries(Object.entries(applets).map(([name, program]) => [`/bin/${name}`, program]));
}

/** The `busybox` image. */
export const busyboxImage: Image = {
  repository: "busybox",
  tags: { latest: "1.37.0", "1.37": "1.37.0", "1.37.0": "1.37.0", "1.35": "1.35.0", "1.35.0": "1.35.0" },
  entrypoint: [],
  command: ["sh"],
  environment: () => ({ PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" }),
  workingDirectory: "/",
  sizeBytes: 2_160_000,
  programs: busyboxPrograms,
  files: () => ({
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
    "/etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "/home/": "",
    "/root/": "",
    "/tmp/": "",
    "/var/": "",
    "/sys/": "",
  }),
};
