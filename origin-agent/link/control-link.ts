import {
  CLOSE,
  type DeviceDescription,
  type HostMessage,
  hostChannel,
  PROTOCOL_VERSION,
  toHostChannel,
  unreachable,
} from "#protocol";
import { type Backoff, controlBackoff, noteConnected, waitAfterLoss } from "./backoff.ts";
import { Connection, type ConnectionEnd, describeEnd, mayReconnect } from "./connection.ts";
import type { Cancel, EdgePort, Timers } from "./port.ts";
import { textOf } from "./text.ts";

const PATH = "/api/v1/hosts/connect";
/** Labels of the wire are cut to this (`label` of #protocol). */
const MAX_LABEL_CHARS = 64;

/** Why the control link gave up. */
export type ControlRefusal =
  | { readonly kind: "enrolment-refused" }
  /** The edge wants no more of this agent, in its words. */
  | { readonly kind: "stopped"; readonly words: string };

export interface ControlListener {
  online(host: string): void;
  /** Lost; the next try comes after this wait. */
  offline(why: string, retryInMs: number): void;
  /** `app`: the one that is to be shown, and no other. */
  serve(session: string, device: string, ticket: string, app: string | undefined): void;
  stop(session: string): void;
  /** Once, the last call: trying again cannot help. */
  refused(refusal: ControlRefusal): void;
}

export interface ControlOptions {
  readonly edge: EdgePort;
  readonly timers: Timers;
  /** The enrolment token. */
  readonly token: string;
  readonly agent: string;
  readonly devices: () => readonly DeviceDescription[];
  /** Sessions that are open now. */
  readonly serving: () => readonly string[];
  readonly listener: ControlListener;
}

type State =
  | { readonly phase: "joining" | "online"; readonly connection: Connection }
  | { readonly phase: "waiting"; readonly cancel: Cancel }
  | { readonly phase: "over" };

/** A host's standing connection to its fleet: says what devices there are, hears which to serve. */
export class ControlLink {
  readonly #options: ControlOptions;
  readonly #backoff: Backoff = controlBackoff();
  #state: State;

  constructor(options: ControlOptions) {
    this.#options = options;
    this.#state = this.#dial();
  }

  /** The devices have changed. While offline, the next hello tells. */
  announce(): void {
    this.#tell({ type: "devices", devices: [...this.#options.devices()] });
  }

  /** This session cannot be served. While offline it goes unsaid: the next hello's list lacks the session. */
  serveFailed(session: string, reason: string): void {
    this.#tell({ type: "serve-failed", session, reason: reason.slice(0, MAX_LABEL_CHARS) });
  }

  /** Leave on purpose. @returns settles when the edge has heard it, which may be never */
  async leave(): Promise<void> {
    this.#tell({ type: "bye" });
    const state = this.#state;
    this.#state = { phase: "over" };
    if (state.phase === "waiting") state.cancel();
    else if (state.phase !== "over") await state.connection.leave();
  }

  #tell(message: HostMessage): void {
    if (this.#state.phase === "online") this.#state.connection.send(hostChannel.write(message));
  }

  #dial(): State {
    const { edge, timers, token, agent, devices, serving } = this.#options;
    const connection: Connection = new Connection(edge, timers, PATH, token, {
      opened: () =>
        connection.send(
          hostChannel.write({
            type: "hello",
            protocol: PROTOCOL_VERSION,
            agent,
            devices: [...devices()],
            serving: [...serving()],
          }),
        ),
      message: (message) => this.#read(connection, message),
      ended: (end) => this.#ended(end),
    });
    return { phase: "joining", connection };
  }

  #read(connection: Connection, message: string | ArrayBuffer): void {
    const { listener, timers } = this.#options;
    const said = toHostChannel.parse(textOf(message));
    switch (said.type) {
      case "welcome":
        connection.welcomed();
        noteConnected(this.#backoff, timers.now());
        this.#state = { phase: "online", connection };
        return listener.online(said.host);
      case "serve":
        return listener.serve(said.session, said.device, said.ticket, said.app);
      case "stop":
        return listener.stop(said.session);
      default:
        return unreachable(said);
    }
  }

  #ended(end: ConnectionEnd): void {
    const { listener, timers } = this.#options;
    // The token is the only ticket there is: another try with it is refused again.
    const refused = end.kind === "closed" && end.code === CLOSE.ticketRefused.code;
    if (refused || !mayReconnect(end)) {
      this.#state = { phase: "over" };
      return listener.refused(refused ? { kind: "enrolment-refused" } : { kind: "stopped", words: describeEnd(end) });
    }
    const waitMs = waitAfterLoss(this.#backoff, timers.now(), timers.chance);
    const cancel = timers.after(waitMs, () => {
      this.#state = this.#dial();
    });
    this.#state = { phase: "waiting", cancel };
    listener.offline(describeEnd(end), waitMs);
  }
}
