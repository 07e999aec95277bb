/** Checks that differ in their data alone. */
import type { CheckId, ServerCheck, ServerSettings } from '../../check.ts';
import type { Driver } from '../../engine/driver.ts';
import { fromBytes, toBytes } from '../../wire/byte-string.ts';
import type { RawConnection } from '../../wire/raw-connection.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import type { WireResponse } from '../../wire/response-reader.ts';
import { valuesOf } from '../../wire/response-reader.ts';
import { answering, recordEnviron } from './applications.ts';

/** A request and the environ entries that it leads to; undefined for a key that is absent. */
export interface EnvironCase {
  readonly id: CheckId;
  readonly title: string;
  readonly request: RequestShape;
  readonly expect: Readonly<Record<string, string | undefined>>;
  readonly settings?: ServerSettings | undefined;
  readonly requires?: ServerCheck['requires'];
  /** True where the entries are compared all at once. */
  readonly together?: boolean;
}

/** One check for each case. */
export function environChecks(cases: readonly EnvironCase[]): readonly ServerCheck[] {
  return cases.map(({ id, title, request, expect, settings, requires, together }) => ({
    id,
    title,
    settings,
    requires,
    app: recordEnviron,
    run: async (driver) => {
      const environ = await environOf(driver, request);
      if (together === true) {
        const got = Object.fromEntries(Object.keys(expect).map((key) => [key, environ[key]]));
        driver.assert.equal('entries', got, expect);
        return;
      }
      for (const [key, value] of Object.entries(expect)) {
        driver.assert.equal(key, environ[key], value);
      }
    },
  }));
}

/** Sends a request to an application that records its environ; the string entries. */
export async function environOf(
  driver: Driver,
  request: RequestShape,
): Promise<Readonly<Record<string, string>>> {
  const response = await driver.exchange(request);
  driver.assert.equal('status', response.status, '200 OK');
  const { data } = await driver.event('environ');
  return data as Readonly<Record<string, string>>;
}

/**
 * The response to a second request for `/next`; undefined where the server has ended the connection.
 * What it sent behind the first response has arrived before the second request is sent: writing to a
 * connection that has ended may make the system throw it away. What it sent behind the second one has
 * arrived as well.
 */
export async function readFollowing(
  driver: Driver,
  connection: RawConnection,
): Promise<WireResponse | undefined> {
  const arrived = async (): Promise<void> => {
    await driver.ping();
    await connection.octetsSoFar();
  };
  await arrived();
  await connection.send(driver.request({ target: '/next' }));
  const next = await connection.responseOrEnd();
  await arrived();
  return next;
}

/** A request that no application may see. */
export interface RefusalCase {
  readonly id: CheckId;
  readonly title: string;
  readonly request: RequestShape | string;
  readonly accepted: readonly number[];
  readonly settings?: ServerSettings | undefined;
  readonly requires?: ServerCheck['requires'];
  /** True where a server may also close the connection without an answer. */
  readonly orClosed?: boolean;
}

/** One check for each case: the status is an accepted one and the application was not called. */
export function refusalChecks(cases: readonly RefusalCase[]): readonly ServerCheck[] {
  return cases.map(({ id, title, request, accepted, settings, requires, orClosed = true }) => ({
    id,
    title,
    settings,
    requires,
    app: (probe) => answering(probe),
    run: async (driver) => {
      const connection = await driver.connect();
      const octets = typeof request === 'string' ? toBytes(request) : driver.request(request);
      await connection.send(octets);
      const response = await connection.responseOrEnd(
        typeof request === 'string' ? 'GET' : request.method,
      );
      const got = response?.statusCode ?? 'closed';
      driver.assert.oneOf('status', got, orClosed ? [...accepted, 'closed'] : accepted);
      await assertNotCalled(driver);
    },
  }));
}

/** No request of this run has reached the application, as a later request proves. */
export async function assertNotCalled(driver: Driver): Promise<void> {
  await driver.proveIdentity();
  driver.assert.equal('calls of the application', driver.events('call').length, 0);
}

/** The status and the content of a response, complete. */
export function assertResponse(
  driver: Driver,
  response: WireResponse,
  expected: { readonly status?: string; readonly body?: string },
): void {
  const { status = '200 OK', body = 'ok' } = expected;
  driver.assert.equal('status', response.status, status);
  assertContent(driver, response, body);
}

/** The content, and that it is whole; where the strict reader knows of none, there is neither. */
export function assertContent(driver: Driver, response: WireResponse, body: string): void {
  if (response.framing === 'none' && body === '') return;
  driver.assert.equal('content', fromBytes(response.body), body);
  driver.assert.equal('response is complete', response.complete, true);
}

/** The server's own 500, complete. */
export function assertOwn500(driver: Driver, response: WireResponse): void {
  driver.assert.equal('status code', response.statusCode, 500);
  driver.assert.equal('response is complete', response.complete, true);
}

/** All values of a response field; the name in lower case. */
export function fieldOf(response: WireResponse, name: string): readonly string[] {
  return valuesOf(response.fields, name);
}
