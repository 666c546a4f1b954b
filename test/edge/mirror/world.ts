import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { type Right, viewerChannel } from "#protocol";
import { mirrorStub } from "../../../edge/mirror-link/index.ts";
import { ALL_RIGHTS, SessionWorld } from "../session/world.ts";
import { connect, type Peer } from "../support/peer.ts";

/** A session whose home is in Europe, with viewers in Europe and far from it. */
export class MirrorWorld extends SessionWorld {
  constructor() {
    super("weur");
  }

  /** A new seat of a person who is near this region, through its welcome. */
  async viewerNear(
    near: DurableObjectLocationHint,
    rights: readonly Right[] = ALL_RIGHTS,
    dead = false,
  ): Promise<FarViewer> {
    const admission = await this.stub.admit({ rights, near });
    if (!admission.admitted || admission.claims.role !== "viewer") throw new Error("not admitted");
    const { seat, mirror } = admission.claims;
    return { seat, mirror, ...(await this.seatedAt(mirror, seat, rights, dead)) };
  }

  /** The socket of a seat, at a mirror or at the home. */
  async seatedAt(
    mirror: string | undefined,
    seat: string,
    rights: readonly Right[] = ALL_RIGHTS,
    dead = false,
  ): Promise<{ readonly peer: Peer; readonly resume: string }> {
    const place = mirror === undefined ? {} : { mirror };
    const claims = { role: "viewer", session: this.session, seat, rights, ...place } as const;
    const peer = await connect(
      mirror === undefined ? this.stub : this.mirror(mirror),
      claims,
      undefined,
      undefined,
      dead,
    );
    peer.send(viewerChannel.write({ type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] }));
    const { resume } = await peer.said("welcome");
    return { peer, resume };
  }

  /** Let the screen rest until the home has stored its picture and put the link to this mirror to rest. */
  async rested(mirror: string | undefined): Promise<void> {
    await vi.waitFor(
      async () => {
        await runDurableObjectAlarm(this.stub);
        const shown = await runInDurableObject(this.mirror(mirror ?? ""), (_object, { storage }) =>
          storage.sql.exec<{ shown: string | null }>("SELECT shown FROM mirror").one(),
        );
        expect(shown.shown).not.toBeNull();
      },
      { timeout: 10_000, interval: 200 },
    );
  }

  mirror(name: string) {
    return mirrorStub(env.MIRROR, this.session, name);
  }
}

export interface FarViewer {
  readonly seat: string;
  readonly mirror: string | undefined;
  readonly peer: Peer;
  readonly resume: string;
}

/** As a restart of the platform or a new version does: the object loses its memory, its sockets and its streams. */
export async function aborted(stub: DurableObjectStub): Promise<void> {
  await runInDurableObject(stub, (_object, state) => state.abort("restarted")).catch(() => undefined);
}
