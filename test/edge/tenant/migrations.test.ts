import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { TenantObject } from "../../../edge/tenant/index.ts";
import { MIGRATIONS, migrate } from "../../../edge/tenant/migrations.ts";

/** What a tenant of each version may hold: the rows that its tables had then. */
const CONTENTS: readonly string[] = [
  `
  INSERT INTO person VALUES ('p1', 'Ada', 'ada', 'Ada Lovelace', 'ada@example.com', 'x1', 'owner', 1, 3, 10, 20);
  INSERT INTO team VALUES ('g1', 'Sales', 'sales', NULL, 1, 10, 10);
  INSERT INTO membership VALUES ('g1', 'p1');
  INSERT INTO policy VALUES ('q1', 'No cameras', '{"binding":{"to":"tenant"},"capabilities":{"camera":{"effect":"deny"}},"session":{}}', 1, 10, 10);
  INSERT INTO api_key VALUES ('k1', 'Portal', '["links:write"]', 'p1', 'bootstrap', x'00', NULL, NULL, 10, NULL, NULL, NULL);
  INSERT INTO embedding_origin VALUES ('https://portal.example');
  `,
  `
  INSERT INTO audit_event VALUES (1, 10, 'person.added', 'bootstrap', 'person:p1', NULL, '{}', NULL);
  INSERT INTO audit_checkpoint VALUES (1, '{}');
  `,
  `
  INSERT INTO link VALUES ('l1', NULL, '["view"]', 1, 0, 'admin-token', 10, 20, NULL);
  INSERT INTO session VALUES ('s1', 10);
  INSERT INTO seat VALUES ('s1', 't1', 'l1', NULL, 10);
  `,
  `UPDATE person SET scim = '{"title":"Countess"}';`,
  `
  INSERT INTO provider VALUES (1, '{"issuer":"https://login.example","clientId":"x"}', 10);
  INSERT INTO identity VALUES ('https://login.example', 'ada-1', 'p1', 10);
  INSERT INTO signin VALUES ('b1', 'p1', 'https://login.example', 'ada-1', NULL, NULL, x'00', NULL, NULL, 0, 10, 10, 10, 20);
  INSERT INTO spent_round VALUES ('round:r1', 'ada-1', 20);
  `,
  `
  INSERT INTO webhook VALUES ('w1', 'SIEM', 'https://siem.example/in', 'x', NULL, NULL, 'admin-token', 10, 10, NULL, 1, NULL, NULL, NULL, 0, NULL, NULL);
  INSERT INTO dead_letter VALUES ('d1', 'w1', 1, 1, 10, 30, 'unreachable', NULL);
  `,
  `
  INSERT INTO retention VALUES (1, 90, 10);
  INSERT INTO audit_start VALUES (1, 0, '');
  `,
  `INSERT INTO usage VALUES ('s1', 't1', 'clipboard.sent', '', 1, 5, 10, 10, NULL, NULL, 70);`,
  `
  INSERT INTO seat VALUES ('s1', 't2', 'l1', NULL, 10, NULL, '{"rights":["view"],"place":{}}', '{"rights":["view"],"allowance":{},"times":{}}', 10, 1);
  `,
  `
  UPDATE seat SET key = 'k1';
  INSERT INTO signin_failure VALUES ('192.0.2.1', 20);
  `,
];

/** A tenant as it came to this version, with something in every table from its beginning on. */
function grow(storage: DurableObjectStorage, version: number): void {
  for (const [index, rows] of CONTENTS.slice(0, version).entries()) {
    migrate(storage, index + 1);
    storage.sql.exec(rows);
  }
}

async function inObject<Value>(run: (storage: DurableObjectStorage) => Value): Promise<Value> {
  const stub = env.TENANT.get(env.TENANT.idFromName(`v1:${crypto.randomUUID()}`));
  return await runInDurableObject(stub, (_object, { storage }) => run(storage));
}

function schema({ sql }: DurableObjectStorage): unknown {
  const rows = sql.exec<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name",
  );
  return rows.toArray().map((row) => ({ ...row, columns: columnsOf(sql, row.name) }));
}

function columnsOf(sql: SqlStorage, table: string): string[] {
  return sql
    .exec<{ name: string }>("SELECT name FROM pragma_table_info(?) ORDER BY name", table)
    .toArray()
    .map(({ name }) => name);
}

describe("what a tenant keeps", () => {
  it("has contents for every version here", () => {
    expect(CONTENTS).toHaveLength(MIGRATIONS.length);
  });

  it.each(MIGRATIONS.map((_, index) => index + 1))(
    "comes from version %i to the newest, with all that was in it",
    async (version) => {
      await inObject((storage) => {
        migrate(storage);
        const fresh = schema(storage);
        return fresh;
      }).then(async (fresh) => {
        const migrated = await inObject((storage) => {
          grow(storage, version);
          migrate(storage);
          return { schema: schema(storage), version: storage.sql.exec("SELECT version FROM schema_version").one() };
        });
        expect(JSON.stringify(migrated.schema)).toBe(JSON.stringify(fresh));
        expect(migrated.version).toEqual({ version: MIGRATIONS.length });
      });
    },
  );

  it.each(MIGRATIONS.map((_, index) => index + 1))(
    "is read as before, when it comes from version %i",
    async (version) => {
      const stub = env.TENANT.get(env.TENANT.idFromName(`v1:${crypto.randomUUID()}`));
      await runInDurableObject(stub, async (_object, ctx) => {
        grow(ctx.storage, version);
        // As the platform makes it after a deploy.
        const next = new TenantObject(ctx, env);
        expect(await next.person("p1")).toEqual({
          done: true,
          value: {
            ...{ id: "p1", userName: "Ada", name: "Ada Lovelace", email: "ada@example.com", externalId: "x1" },
            ...{ role: "owner", active: true, version: 3, createdAt: 10, updatedAt: 20, groups: ["g1"] },
          },
        });
        expect(await next.group("g1")).toMatchObject({ value: { name: "Sales", members: ["p1"] } });
        expect(await next.policies()).toMatchObject([
          { name: "No cameras", capabilities: { camera: { effect: "deny" } } },
        ]);
        expect(await next.keys()).toMatchObject([{ id: "k1", scopes: ["links:write"], person: "p1" }]);
        expect(await next.embeddingOrigins()).toEqual(["https://portal.example"]);
      });
    },
  );

  it("is migrated once: a second time changes nothing", async () => {
    const [once, twice] = await inObject((storage) => {
      migrate(storage);
      const first = JSON.stringify(schema(storage));
      migrate(storage);
      return [first, JSON.stringify(schema(storage))];
    });
    expect(twice).toBe(once);
  });

  it("is nothing at all in an object that was called by a made-up name", async () => {
    const stub = env.TENANT.get(env.TENANT.idFromName(`v1:${crypto.randomUUID()}`));
    expect(await stub.authorise("k1", new ArrayBuffer(32))).toBeUndefined();
    const tables = await runInDurableObject(stub, (_object, { storage }) => JSON.stringify(schema(storage)));
    expect(tables).toBe("[]");
  });
});
