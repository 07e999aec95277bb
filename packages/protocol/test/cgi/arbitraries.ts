import * as fc from 'fast-check';
import type { CgiRequest, CgiResponse } from '../../src/cgi/index.ts';
import { fieldValue, token } from '../http1/arbitraries.ts';

const names = fc.constantFrom('Accept', 'cookie', 'X-A', 'x-b-C', 'User-Agent', 'Host');

/** Fields whose names have a variable and are there once, in lower case. */
export const requestFields: fc.Arbitrary<string[]> = fc
  .uniqueArray(fc.tuple(names, fieldValue), { selector: ([name]) => name.toLowerCase() })
  .map((pairs) => pairs.flatMap(([name, value]) => [name.toLowerCase(), value]));

const octetText = fc
  .uint8Array({ maxLength: 20 })
  .map((octets) => String.fromCharCode(...octets).replaceAll('\0', '/'));

const path = fc.oneof(
  fc.constant(''),
  octetText.map((rest) => `/${rest}`),
);

/** A request of a gateway, and its content. */
export const request: fc.Arbitrary<readonly [CgiRequest, Uint8Array]> = fc
  .tuple(
    fc.record({
      method: token,
      target: octetText,
      protocol: fc.constantFrom('HTTP/1.0', 'HTTP/1.1', 'HTTP/2.0', 'HTTP/2'),
      scheme: fc.constantFrom('http', 'https'),
      scriptName: path,
      pathInfo: path,
      query: octetText,
      headers: requestFields,
      serverName: fc.constantFrom('localhost', '[::1]'),
      serverPort: fc.constantFrom('80', '8443'),
      remoteAddress: fc.constantFrom('192.0.2.7', '::1'),
      remotePort: fc.option(fc.constant('4711'), { nil: undefined }),
    }),
    fc.uint8Array({ maxLength: 60 }),
  )
  .map(([head, content]) => [{ ...head, contentLength: content.length }, content] as const);

/** A response of a script that sends no redirect. */
export const response: fc.Arbitrary<CgiResponse> = fc.record({
  status: fc.integer({ min: 200, max: 999 }).filter((status) => status !== 204 && status !== 304),
  reason: fieldValue,
  headers: fc
    .array(fc.tuple(names, fieldValue), { maxLength: 4 })
    .map((pairs) => ['Content-Type', 'a/b'].concat(pairs.flat())),
});

/** One change at one place: an octet set, cut out, or put in. */
export function damaged(valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(4),
    put: fc.uint8Array({ maxLength: 4 }),
  });
  return fc
    .tuple(valid, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([octets, changes]) =>
      changes.reduce((before, { share, cut, put }) => {
        const at = Math.floor(share * before.length);
        return Uint8Array.from([...before.subarray(0, at), ...put, ...before.subarray(at + cut)]);
      }, octets),
    );
}

/** Parts as one. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
