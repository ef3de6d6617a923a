import { strict as assert } from "node:assert";
import { ManualClock } from "../../../src/common/manualClock.ts";
import { ImageContainer } from "./support/container.ts";

/** Script, what it writes to stdout, and its exit code where it is not 0: POSIX and `local`, where every shell answers alike. */
const scripts: readonly (readonly [name: string, script: string, out: string, code?: number])[] = [
  ["quotes", `x=5; echo "a $x" 'b $x' \\$x`, "a 5 b $x $x\n"],
  ["substitution", "echo $(echo $(echo deep)) `echo tick`", "deep tick\n"],
  ["defaults and lengths", `echo \${u:-def} \${u:=set} $u \${#u}`, "def set set 3\n"],
  ["patterns in expansions", `p=/a/b.tar.gz; echo \${p##*/} \${p%%.*} \${p%.*}`, "b.tar.gz /a/b /a/b.tar\n"],
  [
    "positional words",
    `set -- a "b c"; for w in "$@"; do echo "<$w>"; done; shift; echo $#`,
    "<a>\n<b c>\n1\n",
  ],
  ["field separators", "IFS=,; v=a,b; for e in $v; do echo $e; done", "a\nb\n"],
  ["arithmetic", "x=4; echo $((1+2*3)) $((5>3?7:8)) $((x*=2)) $x", "7 7 8 8\n"],
  ["for and continue", "for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done", "1\n3\n"],
  ["nested break", "for i in a b; do for j in 1 2; do [ $j = 2 ] && break 2; echo $i$j; done; done", "a1\n"],
  ["while", "i=0; while [ $i -lt 2 ]; do i=$((i+1)); echo $i; done", "1\n2\n"],
  ["case", "case web-0 in *.md) echo md;; web-*|db-*) echo pod;; esac", "pod\n"],
  ["if, elif", "if false; then echo a; elif [ 1 -ge 1 ]; then echo b; fi", "b\n"],
  ["functions", "f() { local q=1; echo $q $1; return 3; }; q=9; f a; echo $? $q", "1 a\n3 9\n"],
  ["and, or, not", "false || echo or; true && echo and; ! true; echo $?", "or\nand\n1\n"],
  ["here-document", "cat <<EOF | tr a-z A-Z\nhello $((2*3))\nEOF", "HELLO 6\n"],
  ["raw here-document", "cat <<'EOF'\nraw $HOME\nEOF", "raw $HOME\n"],
  ["redirections", "echo one > /tmp/t; echo two >> /tmp/t; wc -l < /tmp/t | tr -d ' '", "2\n"],
  ["descriptors", "exec 3>&1; echo three >&3; exec 3>&-", "three\n"],
  ["subshells keep their variables", "a=1; (a=2; exit 4); echo $? $a", "4 1\n"],
  ["the last of a pipe decides", "true | false; echo $?; false | true; echo $?", "1\n0\n"],
  ["a writer nobody reads ends", "yes | head -n 2", "y\ny\n"],
  ["pipe into a loop", 'echo a b c | while read x y; do echo "$x|$y"; done', "a|b c\n"],
  ["background and wait", "sh -c 'exit 9' & wait $!; echo $?", "9\n"],
  ["EXIT trap keeps the code", "trap 'echo bye' EXIT; echo hi; exit 2", "hi\nbye\n", 2],
  ["TERM trap", "trap 'echo term; exit 5' TERM; kill -TERM $$; echo not", "term\n", 5],
  ["errexit", "set -e; false; echo unreachable", "", 1],
  ["exec", "exec sh -c 'echo replaced $0' me; echo unreachable", "replaced me\n"],
  ["eval", "eval 'x=3; echo $x'", "3\n"],
  ["not found", "nosuchcommand 2>/dev/null; echo $?", "127\n"],
  ["killed", "sh -c 'kill -9 $$'; echo $?", "137\n"],
  ["filters", "printf 'b 2\\na 1\\nb 2\\n' | sort | uniq -c | sort -rn | head -n 1 | tr -s ' '", " 2 b 2\n"],
  ["cut and grep", "printf 'k=v\\nx=y\\n' | cut -d= -f2 | grep -n y", "2:y\n"],
  ["printf", "printf '%s-%03d-%x|%-3s|\\n' ab 7 255 q", "ab-007-ff|q  |\n"],
  ["globs", "mkdir -p /tmp/d/e; touch /tmp/d/e/f; echo /tmp/d/*/f /tmp/none*", "/tmp/d/e/f /tmp/none*\n"],
  ["host name", `hostname; echo \${HOSTNAME:-$(hostname)} | cut -d- -f2`, "web-0\n0\n"],
];

for (const [image, shell] of [
  ["busybox", "ash"],
  ["nginx", "dash"],
  ["nginx", "bash"],
] as const) {
  describe(`${shell} in ${image}`, () => {
    let container: ImageContainer;

    beforeEach(() => {
      container = new ImageContainer(image);
      // the script is no pid 1, so that signals have their default action
      container.start(["sleep", "1000"]);
    });

    afterEach(() => container.kill());

    for (const [name, script, out, code = 0] of scripts) {
      it(name, async () => {
        const result = await container.run([shell, "-c", script]);
        assert.deepEqual({ out: result.out, code: result.code }, { out, code });
      });
    }

    it("reads its script from stdin", async () => {
      assert.equal((await container.run([shell], "x=1\necho $x\n")).out, "1\n");
    });

    it("answers a syntax error with 2", async () => {
      const { code, out, err } = await container.run([shell, "-c", "echo a; if then"]);
      assert.deepEqual({ code, isTold: /yntax error/.test(err) }, { code: 2, isTold: true }, out);
    });
  });
}

describe("a shell as a container's first process", () => {
  it("stops at once when it is killed, though its loop never rests", async () => {
    const container = new ImageContainer("busybox");
    const shell = container.start(["sh", "-c", "echo on; while true; do :; done"]);
    await shell.says(/on/);
    shell.process.signal("SIGKILL");
    assert.equal((await shell.finished).code, 137);
  });

  it("leaves turns to everyone else while its loop runs", async () => {
    const container = new ImageContainer("busybox");
    const busy = container.start(["sh", "-c", "while true; do :; done"]);
    assert.equal((await container.sh("echo beside")).out, "beside\n");
    container.kill();
    await busy.finished;
  });

  it("ignores SIGTERM without a trap, and runs its trap when a wait is interrupted", async () => {
    const clock = new ManualClock(0);
    const deaf = new ImageContainer("busybox", { clock }).start([
      "sh",
      "-c",
      "echo on; sleep 3600; echo slept",
    ]);
    await deaf.says(/on/);
    deaf.process.signal("SIGTERM");
    const trapping = new ImageContainer("busybox", { clock }).start([
      "sh",
      "-c",
      "trap 'echo bye; exit 0' TERM; echo on; sleep 3600 & wait",
    ]);
    await trapping.says(/on/);
    trapping.process.signal("SIGTERM");
    assert.deepEqual(await trapping.finished, { code: 0, out: "on\nbye\n", err: "" });
    assert.equal(deaf.process.endedBy, undefined);
    deaf.process.signal("SIGKILL");
    assert.equal((await deaf.finished).code, 137);
  });
});
