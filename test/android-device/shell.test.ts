import { expect, it } from "vitest";
import { DeviceRecord } from "../support/android-device/record.ts";
import { ScrcpyHost } from "../support/android-device/scrcpy/host.ts";
import { runShell } from "../support/android-device/shell/run.ts";
import { Android } from "../support/android-device/system/android.ts";
import { PIXEL_LIKE } from "../support/android-device/system/properties.ts";

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The programs that ran, each with its arguments. */
  readonly ran: readonly (readonly string[])[];
}

async function shell(line: string, input = ""): Promise<Said> {
  const record = new DeviceRecord();
  const android = new Android({ record, identity: PIXEL_LIKE, size: { width: 100, height: 200 }, reboot: () => {} });
  const [out, err]: [string[], string[]] = [[], []];
  const left = [Buffer.from(input)];
  const code = await runShell(line, {
    system: { android, scrcpy: new ScrcpyHost(android, "3.3.4", undefined) },
    environment: new Map([["HOME", "/ two"]]),
    stdin: { read: async () => left.shift() },
    out: async (said) => void out.push(Buffer.from(said).toString()),
    err: async (said) => void err.push(Buffer.from(said).toString()),
    signal: new AbortController().signal,
  });
  const ran = record.of("command").map(({ program, args }) => [program, ...args]);
  return { code, out: out.join(""), err: err.join(""), ran };
}

it.each([
  ["echo a   b", "a b\n"],
  [`echo 'a   b' "c   d"`, "a   b c   d\n"],
  [`echo '$HOME' "$HOME" $HOME`, "$HOME / two / two\n"],
  [`echo it\\'s \\$HOME`, "it's $HOME\n"],
  [`echo "\\"quoted\\" \\\\ \\$x"`, `"quoted" \\ $x\n`],
  [`echo '' "" end`, "  end\n"],
  ["echo a;echo b", "a\nb\n"],
  ["echo a # no more", "a\n"],
  ["false && echo no; true && echo yes", "yes\n"],
  ["false || echo else", "else\n"],
  ["false; echo $?", "1\n"],
  ["! false && echo turned", "turned\n"],
  ["A=1 B='2 3'; echo $A $B", "1 2 3\n"],
  [`echo $(echo 'a   b') "$(echo 'a   b')" \`echo c\``, "a b a   b c\n"],
  ["echo one two | grep -c two", "1\n"],
  ["echo kept > /sdcard/f; echo more >> /sdcard/f; cat < /sdcard/f", "kept\nmore\n"],
  ["cat", "input"],
  ["echo gone > /dev/null", ""],
  ["sh -c 'echo inner; exit 4' ; echo $?", "inner\n4\n"],
  ["echo 聊天 🙂", "聊天 🙂\n"],
])("%s says what a shell would", async (line, expected) => {
  expect((await shell(line, "input")).out).toBe(expected);
});

it("what is quoted runs nothing, and what is not runs", async () => {
  const hostile = "x'; reboot; $(reboot) `reboot` \"\n| reboot & $HOME";
  const quoted = `'${hostile.replaceAll("'", "'\\''")}'`;
  expect((await shell(`am start -n ${quoted}`)).ran).toEqual([["am", "start", "-n", hostile]]);
  expect((await shell("echo $(reboot) `setprop a b`; id")).ran).toEqual([
    ["reboot"],
    ["setprop", "a", "b"],
    ["echo"],
    ["id"],
  ]);
});

it("a command that is not there is 127, and a line that is none is said to be so", async () => {
  expect(await shell("nope")).toMatchObject({ code: 127, err: "/system/bin/sh: nope: inaccessible or not found\n" });
  for (const line of ["echo 'open", `echo "open`, "echo $(open", "a || | b", "echo )"])
    expect(await shell(line)).toMatchObject({ code: 1, err: expect.stringContaining("/system/bin/sh: ") });
});

it("a pattern that is none is refused", async () => {
  expect(await shell("echo a | grep '('")).toMatchObject({ code: 2, err: "grep: bad REGEX '('\n" });
  expect((await shell("echo 'a(' | grep -F '('")).out).toBe("a(\n");
});

it("both streams are told apart, and joined where that is asked for", async () => {
  expect(await shell("cat /nothing; echo out")).toMatchObject({
    out: "out\n",
    err: "cat: /nothing: No such file or directory\n",
  });
  expect(await shell("cat /nothing 2>&1")).toMatchObject({
    out: "cat: /nothing: No such file or directory\n",
    err: "",
  });
});
