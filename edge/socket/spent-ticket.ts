/** The table of an object that spends tickets. */
export const SPENT_TICKETS = "CREATE TABLE IF NOT EXISTS spent_ticket (id TEXT PRIMARY KEY, expires INTEGER NOT NULL);";

/** False when the ticket has expired or was spent before; ids of expired ones need not be kept. */
export function spendTicket(sql: SqlStorage, id: string, expiresAt: number, at: number): boolean {
  if (expiresAt <= at) return false;
  sql.exec("DELETE FROM spent_ticket WHERE expires <= ?", at);
  return sql.exec("INSERT OR IGNORE INTO spent_ticket (id, expires) VALUES (?, ?)", id, expiresAt).rowsWritten > 0;
}
