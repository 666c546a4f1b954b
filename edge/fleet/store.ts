import type { DeviceDescription } from "#protocol";
import type { HostStatus } from "./contract.ts";
import type { PlacementCandidate } from "./placement.ts";
import { FORGET_HOST_MS } from "./terms.ts";

/** `away_until` is null while a host is online; after that moment it counts as offline. Times are Unix milliseconds. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS host (host TEXT PRIMARY KEY, away_until INTEGER);
  CREATE TABLE IF NOT EXISTS device (
    host TEXT NOT NULL, id TEXT NOT NULL, description TEXT NOT NULL, used_at INTEGER, PRIMARY KEY (host, id)
  );
  CREATE TABLE IF NOT EXISTS lease (
    session TEXT PRIMARY KEY, host TEXT NOT NULL, device TEXT NOT NULL, shared_by TEXT UNIQUE,
    served INTEGER NOT NULL, expires INTEGER NOT NULL, UNIQUE (host, device)
  );
  CREATE TABLE IF NOT EXISTS lease_app (session TEXT PRIMARY KEY, app TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS revoked_host (host TEXT PRIMARY KEY, at INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS revoked_device (host TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (host, id)) WITHOUT ROWID;
`;

const APP_OF_LEASE = "(SELECT app FROM lease_app WHERE lease_app.session = lease.session) AS app";

export interface Lease {
  readonly session: string;
  readonly host: string;
  readonly device: string;
  /** The host was told to serve it; before that it is only set aside. */
  readonly served: boolean;
  /** The one app that the session shows. */
  readonly app: string | undefined;
}

export interface StoredDevice extends PlacementCandidate {
  readonly description: DeviceDescription;
}

// Types, not interfaces: rows must have an index signature.
type LeaseRow = { session: string; host: string; device: string; served: number; app: string | null };
type DeviceRow = {
  host: string;
  id: string;
  description: string;
  used_at: number | null;
  away_until: number | null;
  session: string | null;
  revoked: number;
};
type HostRow = { host: string; away_until: number | null; devices: number };

/** What a Fleet object keeps. Nothing of it is held in memory, so that a restart forgets nothing. */
export class FleetStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(SCHEMA);
  }

  hostOnline(host: string): void {
    this.#sql.exec(
      "INSERT INTO host (host, away_until) VALUES (?, NULL) ON CONFLICT (host) DO UPDATE SET away_until = NULL",
      host,
    );
  }

  /** Its grace runs once: a host that is away already is not given a new one. */
  hostAway(host: string, until: number): void {
    this.#sql.exec("UPDATE host SET away_until = ? WHERE host = ? AND away_until IS NULL", until, host);
  }

  onlineHosts(): string[] {
    return this.#sql
      .exec<{ host: string }>("SELECT host FROM host WHERE away_until IS NULL")
      .toArray()
      .map((row) => row.host);
  }

  /** The host's list of devices is now this one. Only what has changed is written. */
  setDevices(host: string, devices: readonly DeviceDescription[]): void {
    const kept = new Set(devices.map((device) => device.id));
    for (const { id } of this.#sql.exec<{ id: string }>("SELECT id FROM device WHERE host = ?", host).toArray()) {
      if (!kept.has(id)) this.#sql.exec("DELETE FROM device WHERE host = ? AND id = ?", host, id);
    }
    for (const device of devices) {
      this.#sql.exec(
        `INSERT INTO device (host, id, description) VALUES (?, ?, ?)
         ON CONFLICT (host, id) DO UPDATE SET description = excluded.description WHERE description <> excluded.description`,
        ...[host, device.id, JSON.stringify(device)],
      );
    }
  }

  /** Every device, in a stable order. One of a host that is away keeps its lease through the host's grace. */
  devices(): StoredDevice[] {
    return this.#sql
      .exec<DeviceRow>(
        `SELECT device.host, device.id, description, used_at, away_until, session,
           EXISTS (SELECT 1 FROM revoked_device WHERE host = device.host AND id = device.id) AS revoked FROM device
         JOIN host ON host.host = device.host
         LEFT JOIN lease ON lease.host = device.host AND lease.device = device.id
         ORDER BY device.host, device.id`,
      )
      .toArray()
      .map(storedDevice);
  }

  hosts(): HostStatus[] {
    return this.#sql
      .exec<HostRow>(
        `SELECT host, away_until, (SELECT count(*) FROM device WHERE device.host = host.host) AS devices
         FROM host ORDER BY host`,
      )
      .toArray()
      .map(({ host, away_until, devices }) => ({ host, online: away_until === null, devices }));
  }

  /** What it was enrolled with before this moment counts no more, and nothing is known of it. */
  revokeHost(host: string, at: number): void {
    this.#sql.exec(
      "INSERT INTO revoked_host (host, at) VALUES (?, ?) ON CONFLICT (host) DO UPDATE SET at = max(at, excluded.at)",
      ...[host, at],
    );
    this.#sql.exec("DELETE FROM device WHERE host = ?", host);
    this.#sql.exec("DELETE FROM host WHERE host = ?", host);
  }

  /** @param madeAt of its enrolment */
  isRevoked(host: string, madeAt: number): boolean {
    return this.#sql.exec("SELECT 1 FROM revoked_host WHERE host = ? AND at >= ?", host, madeAt).toArray().length > 0;
  }

  /** @returns whether there is such a device */
  setRevoked(host: string, id: string, isRevoked: boolean): boolean {
    if (this.#sql.exec("SELECT 1 FROM device WHERE host = ? AND id = ?", host, id).toArray().length === 0) return false;
    const change = isRevoked
      ? "INSERT OR IGNORE INTO revoked_device (host, id) VALUES (?, ?)"
      : "DELETE FROM revoked_device WHERE host = ? AND id = ?";
    this.#sql.exec(change, host, id);
    return true;
  }

  leaseOn(host: string, device: string): Lease | undefined {
    return this.#leases("WHERE host = ? AND device = ?", host, device)[0];
  }

  description({ host, device }: Lease): DeviceDescription | undefined {
    const row = this.#sql
      .exec<{ description: string }>("SELECT description FROM device WHERE host = ? AND id = ?", host, device)
      .toArray()[0];
    return row === undefined ? undefined : parsed(row.description);
  }

  addLease(lease: Omit<Lease, "served">, sharedBy: string | undefined, expires: number): void {
    const { session, host, device, app } = lease;
    this.#sql.exec(
      "INSERT INTO lease (session, host, device, shared_by, served, expires) VALUES (?, ?, ?, ?, 0, ?)",
      ...[session, host, device, sharedBy ?? null, expires],
    );
    if (app !== undefined) this.#sql.exec("INSERT INTO lease_app (session, app) VALUES (?, ?)", session, app);
  }

  lease(session: string): Lease | undefined {
    return this.#leases("WHERE session = ?", session)[0];
  }

  sharedLease(sharedBy: string): Lease | undefined {
    return this.#leases("WHERE shared_by = ?", sharedBy)[0];
  }

  leasesOf(host: string): Lease[] {
    return this.#leases("WHERE host = ?", host);
  }

  /** Leases whose device its host does not offer any more. */
  leasesWithoutDevice(host: string): Lease[] {
    return this.#leases("WHERE host = ? AND device NOT IN (SELECT id FROM device WHERE host = lease.host)", host);
  }

  /** Leases whose time is up, or whose host did not come back in time. */
  overdueLeases(at: number): Lease[] {
    return this.#leases("WHERE expires <= ? OR host IN (SELECT host FROM host WHERE away_until <= ?)", at, at);
  }

  /** Held until this moment, and from now on served by its host. */
  keepLease(session: string, expires: number): boolean {
    return (
      this.#sql.exec("UPDATE lease SET served = 1, expires = ? WHERE session = ?", expires, session).rowsWritten > 0
    );
  }

  removeLease({ session, host, device }: Lease, at: number): void {
    this.#sql.exec("DELETE FROM lease WHERE session = ?", session);
    this.#sql.exec("DELETE FROM lease_app WHERE session = ?", session);
    this.#sql.exec("UPDATE device SET used_at = ? WHERE host = ? AND id = ?", at, host, device);
  }

  forgetHosts(at: number): void {
    const longAway = "(SELECT host FROM host WHERE away_until <= ?)";
    this.#sql.exec(`DELETE FROM device WHERE host IN ${longAway}`, at - FORGET_HOST_MS);
    this.#sql.exec("DELETE FROM host WHERE away_until <= ?", at - FORGET_HOST_MS);
  }

  /** The next moment at which something here is overdue. */
  nextDue(): number | undefined {
    const due = this.#sql
      .exec<{ due: number | null }>(
        `SELECT MIN(due) AS due FROM (
           SELECT expires AS due FROM lease
           UNION ALL SELECT away_until FROM host WHERE host IN (SELECT host FROM lease)
           UNION ALL SELECT away_until + ? FROM host
         ) WHERE due IS NOT NULL`,
        FORGET_HOST_MS,
      )
      .one().due;
    return due ?? undefined;
  }

  #leases(where: string, ...bindings: readonly (string | number)[]): Lease[] {
    return this.#sql
      .exec<LeaseRow>(`SELECT session, host, device, served, ${APP_OF_LEASE} FROM lease ${where}`, ...bindings)
      .toArray()
      .map(({ served, app, ...row }) => ({ ...row, served: served !== 0, app: app ?? undefined }));
  }
}

function storedDevice({ host, id, description, used_at, ...row }: DeviceRow): StoredDevice {
  return { host, id, description: parsed(description), usedAt: used_at ?? undefined, state: stateOf(row) };
}

function stateOf({
  away_until,
  session,
  revoked,
}: Pick<DeviceRow, "away_until" | "session" | "revoked">): PlacementCandidate["state"] {
  if (revoked !== 0) return "revoked";
  if (session !== null) return "leased";
  return away_until !== null ? "offline" : "free";
}

function parsed(description: string): DeviceDescription {
  // Safe: only `setDevices` writes this column, out of a description that the protocol has parsed.
  return JSON.parse(description) as DeviceDescription;
}
