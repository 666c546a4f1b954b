import type { Env } from "../../env.ts";
import { DEADLINE_MS, type DeliveryPort } from "./deliveries.ts";
import { isDestination } from "./destination.ts";
import { send } from "./send.ts";
import { signDelivery, webhookSecret } from "./signature.ts";

/** Deliveries as they go out of this edge. */
export function deliveryPort(env: Env, tenant: string, commit: DeliveryPort["commit"]): DeliveryPort {
  return {
    commit,
    send: async (delivery) =>
      // Held once more: it may have been set where more is allowed.
      isDestination(delivery.url, isDeveloping(env))
        ? await send(delivery, DEADLINE_MS)
        : { delivered: false, reason: "address not allowed" },
    sign: async ({ id: webhook, salt, old_salt, old_until }, delivery) => {
      const isOldGood = old_salt !== null && (old_until ?? 0) > Date.now();
      const salts = isOldGood ? [salt, old_salt] : [salt];
      const secrets = salts.map(async (one) => await webhookSecret(env.SIGNING_KEY, { tenant, webhook, salt: one }));
      return await Promise.all(secrets.map(async (secret) => await signDelivery(await secret, delivery)));
    },
    newId: () => `msg_${crypto.randomUUID().replaceAll("-", "")}`,
    chance: () => Math.random(),
    now: () => Date.now(),
  };
}

export function isDeveloping({ DEVELOPING }: Env): boolean {
  return DEVELOPING === "1";
}
