import type { Policy } from "../edge/access/claims.ts";
import { CAPABILITIES, type Capability, decide, SCOPES } from "../edge/access/index.ts";
import type { Env } from "../edge/env.ts";
import { tenantStub } from "../edge/tenant/index.ts";

/** As many as a tenant may have, a few of them about the person who asks. */
const POLICIES = 1_000;
/** In the order of their ids, as a tenant keeps them for this. */
const POLICY_LIST = Array.from({ length: POLICIES }, (_, index) => policy(index)).sort((a, b) =>
  a.id < b.id ? -1 : 1,
);
const CALLER = { actor: "bench", scopes: SCOPES };

function policy(index: number): Policy {
  // Safe: the remainder is a place in the list.
  const name = CAPABILITIES[index % CAPABILITIES.length] as Capability;
  const kinds = [
    { to: "tenant" },
    { to: "group", id: `g${index % 50}` },
    { to: "person", id: `p${index}` },
    { to: "link", id: `l${index % 10}` },
  ] as const;
  return {
    id: `q${index}`,
    binding: kinds[index % kinds.length] ?? { to: "tenant" },
    capabilities: { [name]: { effect: index % 3 === 0 ? "deny" : "allow", limits: { maxBytes: index } } },
    session: {
      idleSeconds: 60 + index,
      networks: ["10.0.0.0/8", "2001:db8::/32"],
      hours: [
        {
          days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
          from: "00:00",
          to: "24:00",
          timeZone: "Europe/Berlin",
        },
      ],
    },
  };
}

/** What the bench asks of a tenant, without the doors in front. */
export async function answerTenant(request: Request, env: Env, what: string): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const tenant = tenantStub(env.TENANT, searchParams.get("name") ?? "");
  const count = Number(searchParams.get("count") ?? 1);
  switch (what) {
    case "decide": {
      const subject = { standing: "member", person: "p2", groups: ["g1", "g2"], link: "l3" } as const;
      let allowed = 0;
      for (let index = 0; index < count; index += 1) {
        const decision = decide(POLICY_LIST, subject, { at: index, address: "10.1.2.3", country: "DE" });
        if (decision.capabilities.view.effect === "allow") allowed += 1;
      }
      return Response.json(allowed);
    }
    case "link":
      await tenant.addLink(CALLER, { id: "l1", rights: ["view"], shared: false, expiresAt: Date.now() + 3_600_000 });
      return Response.json(true);
    case "seated": {
      const seat: Parameters<typeof tenant.seated>[0] = await request.json();
      return Response.json(await tenant.seated(seat));
    }
    case "policy": {
      const session = { lengthSeconds: 3_600 };
      const policy = { name: "bench", binding: { to: "tenant" }, capabilities: {}, session } as const;
      return Response.json((await tenant.addPolicy(CALLER, policy)).done);
    }
    case "revoke":
      return Response.json(await tenant.revoke(CALLER, { link: "l1" }));
    case "fill":
      for (let index = 0; index < count; index += 1) await tenant.setEmbeddingOrigins(CALLER, []);
      return Response.json(true);
    case "audit":
      return Response.json(await tenant.audit(CALLER, { after: Number(searchParams.get("after")), limit: count }));
    default:
      return new Response(null, { status: 404 });
  }
}
