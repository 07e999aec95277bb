// RFC 4960 appendix B: the polynomial 0x1EDC6F41, reflected
const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) {
    value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  }
  return value;
});

/** The CRC32c of octets. */
export function crc32c(octets: Uint8Array): number {
  let crc = 0xffffffff;
  for (const octet of octets) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ octet) & 0xff] as number);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
