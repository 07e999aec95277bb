/** One end of the connection that the proxy accepted. */
export interface ProxyEndpoint {
  /** An IP address as text, or the path of a Unix socket, which may be empty. */
  readonly address: string;
  /** Undefined for a Unix socket. */
  readonly port: number | undefined;
}

/** A type, a length and a value that follow the addresses of version 2. */
export interface ProxyTlv {
  readonly type: number;
  readonly value: Uint8Array;
}

/** What a header says. */
export interface ProxyHeader {
  readonly version: 1 | 2;
  /** `LOCAL`: the proxy speaks for itself, as for a health check. */
  readonly command: 'LOCAL' | 'PROXY';
  readonly family: 'UNSPEC' | 'INET' | 'INET6' | 'UNIX';
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
  alpn: 0x01,
  authority: 0x02,
  crc32c: 0x03,
  noop: 0x04,
  uniqueId: 0x05,
  ssl: 0x20,
  networkNamespace: 0x30,
} as const;

/** The value of the first TLV of a type; undefined where there is none. */
export function findTlv({ tlvs }: ProxyHeader, type: number): Uint8Array | undefined {
  return tlvs.find((tlv) => tlv.type === type)?.value;
}
