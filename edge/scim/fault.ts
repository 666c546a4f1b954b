import type { ScimType } from "./contract.ts";

/** The client's request is not valid. Thrown where it is seen, answered at the door. It never repeats what was sent. */
export class ScimFault extends Error {
  override readonly name = "ScimFault";
  readonly type: ScimType;

  constructor(type: ScimType, detail: string) {
    super(detail);
    this.type = type;
  }
}
