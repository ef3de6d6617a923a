import type { Image, Program } from "../program.ts";
import { shellProgram } from "../shell/shell.ts";
import { toolsOf } from "../tools/index.ts";

let made: Readonly<Record<string, Program>> | undefined;

/** The shells and tools of a Debian base system by absolute path. */
export function debianPrograms(): Readonly<Record<string, Program>> {
  made ??= Object.fromEntries(
    Object.entries({
      ...toolsOf("gnu"),
      sh: shellProgram("dash"),
      dash: shellProgram("dash"),
      bash: shellProgram("bash"),
      rbash: shellProgram("bash"),
    }).map(([name, program]) => [`/usr/bin/${name}`, program]),
  );
  return made;
}

const baseFiles: Readonly<Record<string, string>> = {
  "/etc/debian_version": "12.13\n",
  "/etc/os-release":
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n',
  "/etc/passwd":
    "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
  "/etc/group": "root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\n",
  "/root/": "",
  "/home/": "",
  "/tmp/": "",
  "/run/": "",
  "/srv/": "",
  "/opt/": "",
  "/mnt/": "",
  "/media/": "",
  "/sys/": "",
  "/usr/local/bin/": "",
  "/var/log/": "",
  "/var/tmp/": "",
};

/** An image with Debian's base system below its own programs and files. */
export function onDebian(image: Image): Image {
  return {
    ...image,
    programs: (version) => ({ ...debianPrograms(), ...image.programs(version) }),
    files: (version) => ({ ...baseFiles, ...image.files(version) }),
    links: { "/bin": "usr/bin", "/sbin": "usr/sbin", "/lib": "usr/lib", "/var/run": "/run", ...image.links },
  };
}
