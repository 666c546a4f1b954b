import { describe, expect, it } from "vitest";
import type { FileWant, Right } from "#protocol";
import { isOverDownload, judgeFile } from "../../edge/relay/index.ts";
import { DEVICE, RelayWorld } from "../support/relay-world.ts";

const TRANSFER = "0f8fad5b-d9cb-469f-a165-70867728950e";
const PUT = { do: "put", transfer: TRANSFER, name: "a", size: 10, as: "file", offset: 0, length: 10 } as const;
const GET = { do: "get", transfer: TRANSFER, name: "a", version: "1", offset: 0, length: 10 } as const;
const WANTS: Readonly<Record<string, FileWant>> = {
  put: PUT,
  app: { ...PUT, as: "app" },
  list: { do: "list" },
  get: GET,
  cancel: { do: "cancel", transfer: TRANSFER },
};
const FEATURES = ["file-up", "file-down", "app-install"] as const;

function judge(want: FileWant, rights: readonly Right[], features = [...FEATURES] as string[], maxBytes?: number) {
  const world = new RelayWorld();
  world.serve();
  world.watch("ada", rights);
  const known = FEATURES.filter((feature) => features.includes(feature));
  const state = { ...world.state, device: { ...DEVICE, features: known } };
  const seat = state.seats.get("ada");
  if (seat === undefined) throw new Error("nobody sits there");
  const allowance = maxBytes === undefined ? {} : { fileUpBytes: maxBytes, fileDownBytes: maxBytes };
  state.seats.set("ada", { ...seat, allowance });
  return judgeFile(state, "ada", want);
}

describe("a request about files", () => {
  it.each([
    ["put", ["file-up"], ["file-up"]],
    ["app", ["file-up"], ["app-install"]],
    ["list", ["file-down"], ["file-down"]],
    ["get", ["file-down"], ["file-down"]],
    ["cancel", ["file-up"], []],
    ["cancel", ["file-down"], []],
  ] as const)("U-1 to %s takes %j, and a device with %j", (name, rights, features) => {
    const want = WANTS[name];
    if (want === undefined) throw new Error("no such request");
    expect(judge(want, rights, [...features])).toBeUndefined();
    const others: readonly Right[] = ["view", "touch", "clipboard"];
    const opposite: readonly Right[] = rights[0] === "file-up" ? ["file-down"] : ["file-up"];
    expect(judge(want, others)).toBe("no-right");
    if (name !== "cancel") {
      expect(judge(want, opposite)).toBe("no-right");
      expect(
        judge(
          want,
          rights,
          FEATURES.filter((feature) => feature !== features[0]),
        ),
      ).toBe("not-offered");
    }
  });

  it("U-1 of a seat that is not there has no right", () => {
    const world = new RelayWorld();
    world.serve();
    expect(judgeFile(world.state, "nobody", { do: "list" })).toBe("no-right");
  });

  it("U-3 R-5 is refused when the file is larger than allowed, whatever the piece", () => {
    expect(judge({ ...PUT, size: 256 * 1024 * 1024 }, ["file-up"])).toBeUndefined();
    expect(judge({ ...PUT, size: 256 * 1024 * 1024 + 1 }, ["file-up"])).toBe("file-too-large");
    expect(judge(PUT, ["file-up"], undefined, 10)).toBeUndefined();
    expect(judge(PUT, ["file-up"], undefined, 9)).toBe("file-too-large");
    expect(judge({ ...GET, offset: 9 }, ["file-down"], undefined, 10)).toBeUndefined();
    expect(judge({ ...GET, offset: 10 }, ["file-down"], undefined, 10)).toBe("file-too-large");
  });

  it("R-5 is not given past what is allowed, however long the piece", () => {
    const world = new RelayWorld();
    world.watch("ada", ["file-down"]);
    const seat = world.state.seats.get("ada");
    if (seat === undefined) throw new Error("nobody sits there");
    world.state.seats.set("ada", { ...seat, allowance: { fileDownBytes: 10 } });
    expect([10, 11].map((bytes) => isOverDownload(world.state, "ada", GET, bytes))).toEqual([false, true]);
    expect(isOverDownload(world.state, "ada", { ...GET, offset: 9 }, 2)).toBe(true);
  });

  it("waits for no agent that is away", () => {
    const world = new RelayWorld();
    world.watch("ada", ["file-down"]);
    const state = { ...world.state, device: { ...DEVICE, features: [...FEATURES] } };
    expect(judgeFile(state, "ada", { do: "list" })).toBe("device-offline");
  });
});
