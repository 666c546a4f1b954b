import type { HardwareKind } from "#protocol";
import type { AuditEvent } from "../../audit/index.ts";
import type { Answer, Caller } from "../asked.ts";

/** A receiver of the audit log as it may be looked at. Moments are Unix milliseconds. */
export interface Webhook {
  readonly id: string;
  readonly name: string;
  /** Where it stands. The rest of the address may be a secret of the receiver, and is told to nobody. */
  readonly host: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Every event up to this sequence was delivered, or is in the dead letters. */
  readonly deliveredTo: number;
  readonly deliveredAt?: number;
  /** Events that are still to be delivered. */
  readonly waiting: number;
  readonly deadLetters: number;
  /** The batch of now could not be delivered, and is tried again. */
  readonly failing?: {
    readonly since: number;
    readonly tries: number;
    readonly reason: string;
    readonly nextTryAt: number;
  };
}

export interface WebhookFields {
  readonly name: string;
  readonly url: string;
}

export interface NewWebhook extends WebhookFields {
  /** The sequence before the first event that is delivered; left out: from now on. */
  readonly after?: number;
}

/** The secret is told once, here. */
export interface MadeWebhook {
  readonly webhook: Webhook;
  readonly secret: string;
}

/** Events that a receiver did not take in all tries: they are in the log, and can be sent again. */
export interface DeadLetter {
  /** The `webhook-id` under which it was and will be sent. */
  readonly id: string;
  /** Sequences of the first and the last event. */
  readonly first: number;
  readonly last: number;
  readonly at: number;
  readonly tries: number;
  readonly reason: string;
  /** It is about to be sent again. */
  readonly resending: boolean;
}

/** That a seat has used a right, once or more often: never what was typed, copied or shown. */
export interface Use {
  /** `clipboard.sent`: to the device; `clipboard.taken`: from it. */
  readonly action: Extract<
    AuditEvent["action"],
    "clipboard.sent" | "clipboard.taken" | "app.opened" | "lease.taken" | "hardware.lent" | "hardware.ended"
  >;
  readonly seat: string;
  readonly times: number;
  /** The first and the last time, Unix milliseconds; of what was lent, when that began, and when it ends or has ended. */
  readonly from: number;
  readonly until: number;
  /** Of what was copied, in UTF-8. */
  readonly bytes?: number;
  readonly kind?: HardwareKind;
  /** Ids of apps, as the device has told of them. */
  readonly apps?: readonly string[];
  /** The seat that had the lease until then. */
  readonly before?: string;
}

/** What a Tenant object does with its audit log beyond writing it. */
export interface LogRpc {
  /** A session tells of its seats, some seconds after. What comes within a minute is one event of each kind. */
  used(session: string, uses: readonly Use[]): Promise<void>;

  /** Days that lines are kept; undefined: for ever. */
  retention(): Promise<number | undefined>;
  setRetention(caller: Caller, days: number | undefined): Promise<void>;

  webhooks(): Promise<readonly Webhook[]>;
  addWebhook(caller: Caller, wish: NewWebhook): Promise<Answer<MadeWebhook>>;
  putWebhook(caller: Caller, id: string, fields: WebhookFields): Promise<Answer<Webhook>>;
  /** A new secret; deliveries are signed with the one before too for `graceSeconds` more. */
  rotateWebhook(caller: Caller, id: string, graceSeconds: number): Promise<Answer<MadeWebhook>>;
  removeWebhook(caller: Caller, id: string): Promise<Answer<null>>;
  deadLetters(id: string): Promise<Answer<readonly DeadLetter[]>>;
  /** One more try for each of these, or for all. @returns how many there are of them */
  resend(caller: Caller, id: string, letters?: readonly string[]): Promise<Answer<number>>;
}
