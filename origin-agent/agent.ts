import type { Device, DeviceSource } from "./device/device.ts";
import { ControlLink, type ControlRefusal, type EdgePort, type Timers } from "./link/index.ts";
import { Serving } from "./session/index.ts";

/** Shown to the edge's operator. */
export const AGENT = "nearglass-origin-agent";

export interface AgentOptions {
  readonly edge: EdgePort;
  readonly timers: Timers;
  readonly token: string;
  /** Those that are there as long as the agent is. */
  readonly devices: readonly Device[];
  /** Those that come and go. */
  readonly sources?: readonly DeviceSource[];
  readonly log: (line: string) => void;
  /** The edge wants no more of this agent; its sessions are still open. */
  readonly refused: (refusal: ControlRefusal) => void;
}

export interface Agent {
  /** Leave the edge and close every device. Settles when the edge has heard it, which may be never. */
  stop(): Promise<void>;
}

/** One host's agent: a control link to the fleet, and the sessions that the fleet asks for. */
export function startAgent(options: AgentOptions): Agent {
  const { log, refused } = options;
  const serving = new Serving({
    ...options,
    agent: AGENT,
    failed: (session, reason) => control.serveFailed(session, reason),
    devicesChanged: () => control.announce(),
  });
  const control = new ControlLink({
    ...options,
    agent: AGENT,
    devices: () => serving.devices(),
    serving: () => serving.sessions(),
    listener: {
      online: (host) => log(`online as host ${host}`),
      offline: (why, retryInMs) => log(`offline: ${why}; next try in ${(retryInMs / 1_000).toFixed(1)} s`),
      serve: (session, device, ticket, app) => serving.serve(session, device, ticket, app),
      stop: (session) => serving.stop(session),
      refused,
    },
  });
  const found = new Map<DeviceSource, readonly Device[]>();
  const follows = (options.sources ?? []).map((source) =>
    source.follow((devices) => {
      found.set(source, devices);
      serving.offer([...options.devices, ...[...found.values()].flat()]);
    }),
  );
  return {
    stop: async () => {
      for (const stop of follows) stop();
      await Promise.all([control.leave(), serving.close()]);
    },
  };
}
