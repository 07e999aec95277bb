/** One end of the connection that the proxy accepted. */
export interface ProxyEndpoint {
  /** An IP address as text, or the path of a Unix socket, which may be empty. */
  readonly address: string;
  /** Undefined for a Unix socket. */
  readonly port: number | undefined;
}

/** A type, a length and a value that follow the addresses of version 2. */
export interface ProxyTlv {
  /** One of TLV_TYPES, or any other octet. */
  readonly type: number;
  /** At most 65,535 octets. */
  readonly value: Uint8Array;
}

/** What a header says. */
export interface ProxyHeader {
  /** 1 for the line of text, 2 for the binary form. */
  readonly version: 1 | 2;
  /** `LOCAL`: the proxy speaks for itself, as for a health check. */
  readonly command: 'LOCAL' | 'PROXY';
  /** Of both addresses; `UNSPEC` for `LOCAL` and where the proxy does not know them. */
  readonly family: 'UNSPEC' | 'INET' | 'INET6' | 'UNIX';
  /** `UNSPEC` where the family is; in version 1 otherwise `STREAM`. */
  readonly transport: 'UNSPEC' | 'STREAM' | 'DGRAM';
  /** The client; undefined for `LOCAL` and where the proxy does not know it. */
  readonly source: ProxyEndpoint | undefined;
  /** Where the client connected to. */
  readonly destination: ProxyEndpoint | undefined;
  /** In wire order; none in version 1. */
  readonly tlvs: readonly ProxyTlv[];
}

/** The types of TLVs that the protocol registers: section 2.2. */
export const TLV_TYPES = {
  /** The protocol that the connection carries, as ALPN names it. */
  alpn: 0x01,
  /** The host name that the client asked for, in UTF-8; in TLS the server name (SNI). */
  authority: 0x02,
  /** The checksum of the header in four octets; checked when it is read. */
  crc32c: 0x03,
  /** Padding, to be ignored. */
  noop: 0x04,
  /** What the proxy identifies the connection by: at most 128 octets. */
  uniqueId: 0x05,
  /** What the proxy says of TLS; `parseSsl` reads it. */
  ssl: 0x20,
  /** The name of the network namespace, in US-ASCII. */
  networkNamespace: 0x30,
} as const;

/** The value of the first TLV of a type; undefined where there is none. */
export function findTlv({ tlvs }: ProxyHeader, type: number): Uint8Array | undefined {
  return tlvs.find((tlv) => tlv.type === type)?.value;
}
