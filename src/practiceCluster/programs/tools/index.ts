import type { Program } from "../program.ts";
import { base64, checksum } from "./checksums.ts";
import { dd } from "./dd.ts";
import * as files from "./files.ts";
import { find, xargs } from "./find.ts";
import { grep } from "./grep.ts";
import * as lines from "./lines.ts";
import { ls } from "./listing.ts";
import * as network from "./network.ts";
import * as paths from "./paths.ts";
import { sed } from "./sed.ts";
import * as system from "./system.ts";
import { tar } from "./tar.ts";
import * as text from "./text.ts";
import type { MakeProgram, Style } from "./tool.ts";

/** What every image has. */
const common: Readonly<Record<string, MakeProgram>> = {
  "[": system.test,
  base64,
  basename: paths.basename,
  cat: text.cat,
  chgrp: files.chown,
  chmod: files.chmod,
  chown: files.chown,
  cp: files.cp,
  cut: lines.cut,
  date: system.date,
  dd,
  df: paths.df,
  dirname: paths.dirname,
  du: paths.du,
  echo: system.echo,
  egrep: grep,
  env: system.env,
  false: system.fail,
  fgrep: grep,
  find,
  grep,
  head: text.head,
  hostname: system.hostname,
  id: system.id,
  kill: system.kill,
  ln: files.ln,
  ls,
  md5sum: checksum("md5"),
  mkdir: files.mkdir,
  mktemp: files.mktemp,
  mv: files.mv,
  nl: lines.nl,
  nproc: system.nproc,
  paste: lines.paste,
  pgrep: system.pgrep,
  pidof: system.pidof,
  pkill: system.pgrep,
  printenv: system.printenv,
  printf: system.printf,
  ps: system.ps,
  pwd: system.pwd,
  readlink: paths.readlink,
  realpath: paths.realpath,
  rev: text.rev,
  rm: files.rm,
  rmdir: files.rmdir,
  sed,
  seq: text.seq,
  sha1sum: checksum("sha1"),
  sha256sum: checksum("sha256"),
  sha512sum: checksum("sha512"),
  sleep: system.sleep,
  sort: lines.sort,
  stat: paths.stat,
  sync: system.succeed,
  tac: text.tac,
  tail: text.tail,
  tar,
  tee: text.tee,
  test: system.test,
  timeout: system.timeout,
  touch: files.touch,
  tr: lines.tr,
  true: system.succeed,
  truncate: files.truncate,
  tty: system.tty,
  uname: system.uname,
  uniq: lines.uniq,
  uptime: system.uptime,
  wc: text.wc,
  which: system.which,
  whoami: system.whoami,
  xargs,
  yes: text.yes,
};

const ofStyle: Readonly<Record<Style, Readonly<Record<string, MakeProgram>>>> = {
  busybox: { nc: network.nc, nslookup: network.nslookup, ping: network.ping, wget: network.wget },
  gnu: { getent: network.getent },
};

/** The usual tools by name. */
export function toolsOf(style: Style): Record<string, Program> {
  const all = { ...common, ...ofStyle[style] };
  return Object.fromEntries(Object.entries(all).map(([name, make]) => [name, make(style)]));
}
