import { describe, expect, it, vi } from "vitest";
import { CLOSE, type Right } from "#protocol";
import { PlayedMirror } from "./played-mirror.ts";
import { MirrorWorld } from "./world.ts";

const RIGHTS: readonly Right[] = ["view", "touch", "keyboard"];

async function scene() {
  const world = await new MirrorWorld().open();
  const origin = await world.origin();
  const admission = await world.stub.admit({ rights: RIGHTS, near: "apac" });
  if (!admission.admitted || admission.claims.role !== "viewer") throw new Error("not admitted");
  return { world, origin, seat: admission.claims.seat };
}

/** A mirror with one seat that the home has welcomed. */
async function welcomed() {
  const all = await scene();
  const name = { seat: all.seat, connection: 1 };
  const mirror = await PlayedMirror.attach(all.world, "apac-1", [{ ...name, welcomed: false }]);
  mirror.hello(name.seat, name.connection);
  await vi.waitFor(() => expect(mirror.kinds()).toContain("admit"));
  return { ...all, name, mirror };
}

describe("the home of a mirror", () => {
  it("G-6 has a viewer come back whose welcome was lost with the link", async () => {
    const { world, origin, name, mirror } = await welcomed();
    mirror.cut();
    const again = await PlayedMirror.attach(world, "apac-1", [{ ...name, welcomed: false }], true);
    await vi.waitFor(() => expect(again.heard).toContainEqual({ kind: "close", ...name, code: CLOSE.internal.code }));
    await vi.waitFor(() => expect(origin.texts.at(-1)).toBe('{"type":"viewers","count":0}'));
  });

  it("S-2 G-6 closes none of a mirror's sockets for one that came there, whatever number the older had", async () => {
    const { world, name, mirror } = await welcomed();
    mirror.cut();
    const again = await PlayedMirror.attach(
      world,
      "apac-1",
      [{ seat: name.seat, connection: 7, welcomed: false }],
      true,
    );
    again.hello(name.seat, 7);
    await vi.waitFor(() => expect(again.kinds().filter((kind) => kind === "admit")).toHaveLength(1));
    again.say({ kind: "connected", seat: name.seat, connection: 7 });
    again.hello(name.seat, 7);
    await vi.waitFor(() => expect(again.kinds().filter((kind) => kind === "admit")).toHaveLength(2));
    const closed = again.heard.flatMap((record) => (record.kind === "close" ? [record.connection] : []));
    expect(closed).not.toContain(7);
    expect(closed).not.toContain(0);
  });
});
