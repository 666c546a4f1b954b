import { startAgent } from "../../origin-agent/agent.ts";
import { edgeAt, systemTimers } from "../../origin-agent/link/index.ts";
import { edgeApi } from "../../tools/edge-api.ts";
import { localSecrets } from "../../tools/secrets.ts";
import type { Rig } from "../origin-agent/device/android/rig.ts";
import type { Stack } from "../support/stack.ts";

interface Serving {
  readonly host: string;
  /** How many devices are there when this is done. */
  readonly devices: number;
  readonly limitMs: number;
  readonly source?: ReturnType<Rig["source"]>;
}

/** An agent in this process serves the rig's devices, until the rig stops. @throws Error when they are not there in time */
export async function serveRig({ link }: Stack, rig: Rig, serving: Serving): Promise<void> {
  const { host, devices, limitMs, source = rig.source() } = serving;
  const api = edgeApi(link.origin, (await localSecrets()).adminToken);
  const agent = startAgent({
    edge: edgeAt(new URL(link.origin)),
    timers: systemTimers,
    token: await api.enrol(host),
    devices: [],
    sources: [source],
    log: (line) => rig.log.push(line),
    refused: () => {},
  });
  rig.atEnd(() => agent.stop());
  await api.devicesReady(host, devices, AbortSignal.timeout(limitMs));
}
