/** An address as its bytes: 4 of IPv4, 16 of IPv6. IPv4 in IPv6 (`::ffff:1.2.3.4`) is read as what it stands for. */
type Address = readonly number[];

interface Network {
  readonly address: Address;
  readonly bits: number;
}

/** Whether the text is a network in CIDR notation, or a single address. */
export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== undefined;
}

/** False also for what is no address, or no network. */
export function isInNetwork(address: string, network: string): boolean {
  const [one, many] = [parseAddress(address), parseNetwork(network)];
  if (one === undefined || many === undefined || one.length !== many.address.length) return false;
  return one.every((byte, index) => {
    const mask = maskOf(many.bits - index * 8);
    return (byte & mask) === ((many.address[index] ?? 0) & mask);
  });
}

/**
 * What one subscriber has: an address of IPv4, and of IPv6 the first 64 bits, out of which anybody can take a new address for every
 * request. What is no address stands for itself.
 */
export function subscriberOf(address: string): string {
  const bytes = parseAddress(address);
  if (bytes === undefined) return address;
  if (bytes.length === 4) return bytes.join(".");
  const groups = [0, 2, 4, 6].map((at) => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16));
  return `${groups.join(":")}::/64`;
}

/** Of the byte in which so many bits are still to be compared. */
function maskOf(bits: number): number {
  return bits >= 8 ? 0xff : bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff;
}

function parseNetwork(text: string): Network | undefined {
  const [host = "", length, ...rest] = text.split("/");
  const address = parseAddress(host);
  if (address === undefined || rest.length > 0) return undefined;
  if (length === undefined) return { address, bits: address.length * 8 };
  if (!/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  // The length of a network that was written as IPv4 in IPv6 counts the 96 bits before it.
  const bits = Number(length) - (host.includes(":") && address.length === 4 ? 96 : 0);
  return bits < 0 || bits > address.length * 8 ? undefined : { address, bits };
}

function parseAddress(text: string): Address | undefined {
  if (!text.includes(":")) return parseV4(text);
  const bytes = parseV6(text);
  if (bytes === undefined) return undefined;
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return isMapped ? bytes.slice(12) : bytes;
}

/** Four decimal numbers; a leading zero would be octal to some, and is refused. */
function parseV4(text: string): Address | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

/** RFC 4291 section 2.2: eight groups, one run of zeros as `::`, the last two groups perhaps as IPv4. */
function parseV6(text: string): Address | undefined {
  const halves = text.split("::");
  if (halves.length > 2 || text.length > 45) return undefined;
  const [head, tail] = [groupsOf(halves[0] ?? ""), groupsOf(halves[1] ?? "")];
  if (head === undefined || tail === undefined) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  // IPv4 stands at the end only, and `::` stands for at least one group.
  if ((halves[0] ?? "").includes(".") || head.length + tail.length > 14) return undefined;
  return [...head, ...new Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

function groupsOf(text: string): Address | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (group.includes(".")) {
      const v4 = index === groups.length - 1 ? parseV4(group) : undefined;
      if (v4 === undefined) return undefined;
      bytes.push(...v4);
    } else {
      if (!/^[\da-f]{1,4}$/i.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    }
  }
  return bytes;
}
