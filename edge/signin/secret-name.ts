/** What a tenant may call a secret of its own. */
export const SECRET_NAME = /^[A-Z0-9]+(_[A-Z0-9]+)*$/;

/**
 * The deployment's secret that a tenant may send to its identity provider. The tenant's name is part of it, written so that no two
 * tenants share one: whoever sets up a provider cannot have it told the secrets of another, or any other of the edge.
 */
export function secretNameFor(tenant: string, name: string): string {
  const written = tenant.replace(/[^A-Za-z0-9]/g, (unit) => `_${unit.charCodeAt(0).toString(16)}`);
  return `OIDC_SECRET_${written}__${name}`;
}
