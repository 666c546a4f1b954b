/** What a receiver of webhooks does with a request: a status, or something worse. */
export type Behaviour = number | "redirect" | "cut" | "hang";

/** A request as it came. */
export interface Received {
  readonly id: string;
  /** Seconds since its timestamp. */
  readonly age: number;
  readonly contentType: string;
  readonly signatures: number;
  /** One of its signatures is that of one of the secrets which the test has told. */
  readonly valid: boolean;
  readonly lines: readonly string[];
  readonly behaviour: Behaviour;
}
