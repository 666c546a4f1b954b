/**
 * What a Tenant object keeps, as numbered steps: the first makes the tables of version 1 out of nothing, the next turns
 * them into version 2, and so on. A step that was released is never edited. Moments are Unix milliseconds.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE person (
    id TEXT PRIMARY KEY, user_name TEXT NOT NULL, user_name_key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email TEXT,
    external_id TEXT, role TEXT NOT NULL, active INTEGER NOT NULL,
    version INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL
  );
  CREATE TABLE team (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE, external_id TEXT,
    version INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL
  );
  CREATE TABLE membership (
    team TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (team, person)
  ) WITHOUT ROWID;
  CREATE INDEX membership_of_person ON membership (person);
  CREATE TABLE policy (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, body TEXT NOT NULL,
    version INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL
  );
  CREATE TABLE api_key (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, person TEXT, made_by TEXT NOT NULL,
    hash BLOB NOT NULL, old_hash BLOB, old_until INTEGER,
    created INTEGER NOT NULL, expires INTEGER, revoked INTEGER, used INTEGER
  );
  CREATE TABLE embedding_origin (origin TEXT PRIMARY KEY);
  CREATE TABLE spent_bootstrap (hash TEXT PRIMARY KEY);
  `,
  `
  CREATE TABLE audit_event (
    sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, action TEXT NOT NULL, actor TEXT NOT NULL, subject TEXT,
    session TEXT, text TEXT NOT NULL, hash TEXT
  );
  CREATE INDEX audit_event_unsealed ON audit_event (sequence) WHERE hash IS NULL;
  CREATE INDEX audit_event_of_subject ON audit_event (subject, sequence);
  CREATE INDEX audit_event_of_session ON audit_event (session, sequence);
  CREATE TABLE audit_checkpoint (sequence INTEGER PRIMARY KEY, line TEXT NOT NULL);
  `,
  `
  CREATE TABLE link (
    id TEXT PRIMARY KEY, name TEXT, rights TEXT NOT NULL, uses INTEGER, shared INTEGER NOT NULL,
    made_by TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL, revoked INTEGER
  );
  CREATE TABLE session (id TEXT PRIMARY KEY, opened INTEGER NOT NULL);
  CREATE TABLE seat (
    session TEXT NOT NULL, seat TEXT NOT NULL, link TEXT, person TEXT, opened INTEGER NOT NULL,
    PRIMARY KEY (session, seat)
  ) WITHOUT ROWID;
  CREATE INDEX seat_of_link ON seat (link);
  CREATE INDEX seat_of_person ON seat (person);
  CREATE TABLE closing (
    revocation TEXT NOT NULL, session TEXT NOT NULL, subject TEXT NOT NULL, seats TEXT NOT NULL,
    tries INTEGER NOT NULL, due INTEGER NOT NULL,
    PRIMARY KEY (revocation, session)
  ) WITHOUT ROWID;
  CREATE INDEX closing_due ON closing (due);
  `,
  `
  ALTER TABLE person ADD COLUMN scim TEXT;
  CREATE INDEX person_of_provider ON person (external_id);
  CREATE INDEX team_of_provider ON team (external_id);
  `,
  `
  CREATE TABLE provider (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL, updated INTEGER NOT NULL);
  CREATE TABLE identity (
    issuer TEXT NOT NULL, subject TEXT NOT NULL, person TEXT NOT NULL, created INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX identity_of_person ON identity (person, issuer);
  CREATE TABLE signin (
    id TEXT PRIMARY KEY, person TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, provider_session TEXT, acr TEXT,
    hash BLOB NOT NULL, next_hash BLOB, old_hash BLOB, old_until INTEGER NOT NULL, turned INTEGER NOT NULL,
    created INTEGER NOT NULL, seen INTEGER NOT NULL, expires INTEGER NOT NULL
  );
  CREATE INDEX signin_of_person ON signin (person);
  CREATE INDEX signin_of_subject ON signin (issuer, subject);
  CREATE TABLE spent_round (id TEXT PRIMARY KEY, subject TEXT, expires INTEGER NOT NULL);
  CREATE INDEX spent_round_of_subject ON spent_round (subject);
  ALTER TABLE seat ADD COLUMN signin TEXT;
  CREATE INDEX seat_of_signin ON seat (signin);
  `,
  `
  CREATE TABLE webhook (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, salt TEXT NOT NULL, old_salt TEXT, old_until INTEGER,
    made_by TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, due INTEGER,
    delivered INTEGER NOT NULL, delivered_at INTEGER, batch TEXT, batch_last INTEGER,
    tries INTEGER NOT NULL, since INTEGER, reason TEXT
  );
  CREATE TABLE dead_letter (
    id TEXT PRIMARY KEY, webhook TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    at INTEGER NOT NULL, tries INTEGER NOT NULL, reason TEXT NOT NULL, due INTEGER
  );
  CREATE INDEX dead_letter_of_webhook ON dead_letter (webhook, first);
  `,
  `
  CREATE TABLE retention (id INTEGER PRIMARY KEY CHECK (id = 1), days INTEGER NOT NULL, due INTEGER NOT NULL);
  CREATE TABLE audit_start (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL, hash TEXT NOT NULL);
  `,
  `
  CREATE TABLE usage (
    session TEXT NOT NULL, seat TEXT NOT NULL, action TEXT NOT NULL, kind TEXT NOT NULL, times INTEGER NOT NULL,
    bytes INTEGER, first INTEGER NOT NULL, last INTEGER NOT NULL, apps TEXT, before TEXT, due INTEGER NOT NULL,
    PRIMARY KEY (session, seat, action, kind)
  ) WITHOUT ROWID;
  CREATE INDEX usage_due ON usage (due);
  `,
  `
  ALTER TABLE seat ADD COLUMN wish TEXT;
  ALTER TABLE seat ADD COLUMN held TEXT;
  ALTER TABLE seat ADD COLUMN due INTEGER;
  ALTER TABLE seat ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX seat_due ON seat (due) WHERE due IS NOT NULL;
  `,
  `
  ALTER TABLE seat ADD COLUMN key TEXT;
  CREATE INDEX seat_of_key ON seat (key);
  CREATE INDEX session_by_age ON session (opened, id);
  CREATE TABLE signin_failure (subscriber TEXT NOT NULL, expires INTEGER NOT NULL);
  CREATE INDEX signin_failure_of_subscriber ON signin_failure (subscriber, expires);
  CREATE INDEX signin_failure_by_age ON signin_failure (expires);
  `,
];

/** Whether anything was ever stored here: anybody can call an object into being by a made-up name. */
export function isMade(sql: SqlStorage): boolean {
  return sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'").toArray().length > 0;
}

/** Bring what is stored up to the newest version, or to the one that is asked for, in one transaction. */
export function migrate(storage: DurableObjectStorage, to: number = MIGRATIONS.length): void {
  storage.transactionSync(() => {
    const { sql } = storage;
    sql.exec("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)");
    const from = sql.exec<{ version: number }>("SELECT version FROM schema_version").toArray()[0]?.version;
    if (from === undefined) sql.exec("INSERT INTO schema_version (version) VALUES (0)");
    for (const step of MIGRATIONS.slice(from ?? 0, to)) sql.exec(step);
    if ((from ?? 0) < to) sql.exec("UPDATE schema_version SET version = ?", to);
  });
}
