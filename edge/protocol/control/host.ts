import * as z from "zod/mini";
import { deviceDescription } from "../capability.ts";
import { MAX_CONTROL_CHARS, MAX_DEVICES_CHARS, MAX_DEVICES_PER_HOST } from "../limits.ts";
import { controlChannel, label, opaque, protocolVersion, type TypedMessage } from "./parse.ts";
import { appId, bye } from "./shared.ts";

const fromHost = {
  /** The first message of an agent on its control socket, once; changes come as `devices`. */
  hello: z.object({
    protocol: protocolVersion,
    agent: label,
    devices: z.array(deviceDescription).check(z.maxLength(MAX_DEVICES_PER_HOST)),
    /** Sessions that the agent still has open since its last connection. */
    serving: z.array(label).check(z.maxLength(MAX_DEVICES_PER_HOST)),
  }),
  devices: z.object({ devices: z.array(deviceDescription).check(z.maxLength(MAX_DEVICES_PER_HOST)) }),
  /** The agent cannot serve this session (the device went away, or failed to open). */
  "serve-failed": z.object({ session: label, reason: label }),
  bye,
};

const toHost = {
  welcome: z.object({ protocol: protocolVersion, host: label }),
  /** Open this device, for one app where one is named, and dial the session's origin socket with this ticket. */
  serve: z.object({ session: label, device: label, ticket: opaque, app: z.optional(appId) }),
  /** The lease is over: close the device's session. */
  stop: z.object({ session: label }),
};

export type HostMessage = TypedMessage<typeof fromHost>;
export type ToHostMessage = TypedMessage<typeof toHost>;

/** origin agent -> Fleet object */
export const hostChannel = controlChannel(MAX_DEVICES_CHARS, fromHost);
/** Fleet object -> origin agent */
export const toHostChannel = controlChannel(MAX_CONTROL_CHARS, toHost);
