/** What a browser shows of its sign-in: at which tenant, which, and the secret of the moment. */
export interface ShownSignin {
  readonly tenant: string;
  readonly id: string;
  readonly secret: string;
}

const COOKIE = /^([\da-f]{32})\.([\w-]{43})\.([\w.-]{1,64})$/;

export function writeSignin({ tenant, id, secret }: ShownSignin): string {
  return `${id}.${secret}.${tenant}`;
}

/** Undefined when the text does not even look like one. */
export function readSignin(text: string): ShownSignin | undefined {
  const [, id, secret, tenant] = COOKIE.exec(text) ?? [];
  return id === undefined || secret === undefined || tenant === undefined ? undefined : { tenant, id, secret };
}
