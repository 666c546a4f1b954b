import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Console } from "../../../../../origin-agent/device/android/hardware/console.ts";
import { EmulatorConsole } from "../../../../support/emulator-console.ts";
import { freePort } from "../../../../support/free-port.ts";

const TOKEN = "secretToken1+";

let emulator: EmulatorConsole | undefined;
afterEach(() => emulator?.stop());

async function start(token = TOKEN): Promise<number> {
  const port = await freePort();
  emulator = await EmulatorConsole.start({ port, token });
  return port;
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => "none",
    (error: unknown) => String(error),
  );
}

describe("an emulator's console", () => {
  it("lets in who has its token, and answers commands in order", async () => {
    const console = await Console.open(await start(), TOKEN);
    const refusal = refusalOf(console.command("sensor set nose 1:2:3"));
    const answers = [console.command("geo fix 16.4 48.2"), console.command("sensor set acceleration 0:1:2")];
    expect(await Promise.all(answers)).toEqual(["", ""]);
    expect(await refusal).toMatch(/says KO: unknown sensor name: nose/);
    console.close();
    expect(await refusalOf(console.command("geo fix 1 2"))).toMatch(/closed its console/);
  });

  it("lets in everybody where its token is empty", async () => {
    const console = await Console.open(await start(""), undefined);
    expect(await console.command("geo fix 1 2")).toBe("");
    console.close();
  });

  it("is said to refuse a token without a word of it", async () => {
    const port = await start();
    const refusal = await refusalOf(Console.open(port, "guessed"));
    expect(refusal).toMatch(/refuses the token in the file/);
    expect(refusal).not.toContain("guessed");
    expect(await refusalOf(Console.open(port, undefined))).toMatch(/wants a token, and the file of it cannot be read/);
  });

  it("is given up when it answers nothing, and when there is none", async () => {
    const port = await start();
    const console = await Console.open(port, TOKEN);
    if (emulator !== undefined) emulator.mute = true;
    expect(await refusalOf(console.command("geo fix 1 2"))).toMatch(/does not answer/);
    expect(await refusalOf(Console.open(await freePort(), TOKEN))).toMatch(/nobody answers at its console/);
  });

  it("is closed when it talks without end", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.write("x\n".repeat(100_000));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    expect(await refusalOf(Console.open(port, TOKEN))).toMatch(/closed its console/);
    server.close();
  });
});
