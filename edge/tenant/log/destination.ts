const MAX_URL_CHARS = 2_048;
const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\])$/;
/** Names that mean something else inside of a network than outside of it, or nothing outside. */
const INNER = /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|onion)$/;
/** Below it are the ports of mail, shells and the like; a receiver has 443 or one of its own. */
const FIRST_OWN_PORT = 1_024;

/**
 * Whether a tenant may have its log sent there: a name of the public network, over https. Whom the name resolves to is the
 * platform's business, which lets a Worker reach no private network.
 * @param developing also this machine, over http
 */
export function isDestination(text: string, developing: boolean): boolean {
  if (text.length > MAX_URL_CHARS || !URL.canParse(text)) return false;
  const { protocol, hostname, port, username, password, hash } = new URL(text);
  if (username !== "" || password !== "" || hash !== "") return false;
  if (developing && protocol === "http:") return LOCAL.test(hostname);
  return protocol === "https:" && isPublicName(hostname) && (port === "" || Number(port) >= FIRST_OWN_PORT);
}

/** No address: the URL parser has brought each way of writing one into the same form. */
function isPublicName(hostname: string): boolean {
  const name = hostname.replace(/\.$/, "");
  return name.includes(".") && !name.startsWith("[") && !/^[\d.]+$/.test(name) && !INNER.test(name);
}
