// RFC 9110 section 7.2: Host = uri-host [ ":" port ]; RFC 3986 section 3.2.2:
// host = IP-literal / IPv4address / reg-name, and reg-name has room for every IPv4address
const NAMED = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*(?::[0-9]*)?$/;
const LITERAL =
  /^\[(?:([0-9A-Fa-f:.]+)|v[0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+)\](?::[0-9]*)?$/;
const H16 = /^[0-9A-Fa-f]{1,4}$/;
const DEC_OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = new RegExp(`^${DEC_OCTET}(?:\\.${DEC_OCTET}){3}$`);

/** Whether a Host value or an authority without userinfo is one by RFC 9110 section 7.2. */
export function isHost(value: string): boolean {
  if (NAMED.test(value)) {
    return true;
  }
  const literal = LITERAL.exec(value);
  return literal !== null && (literal[1] === undefined || isIpv6(literal[1]));
}

// RFC 3986 section 3.2.2: eight groups of 16 bits, of which one run may be "::" and the last two an
// IPv4address
function isIpv6(text: string): boolean {
  const sides = text.split('::').map((side) => (side === '' ? [] : side.split(':')));
  const groups = sides.flat();
  const endsInIpv4 = IPV4.test(sides.at(-1)?.at(-1) ?? '');
  const plain = endsInIpv4 ? groups.slice(0, -1) : groups;
  if (sides.length > 2 || !plain.every((group) => H16.test(group))) {
    return false;
  }
  const count = plain.length + (endsInIpv4 ? 2 : 0);
  return sides.length === 2 ? count < 8 : count === 8;
}
