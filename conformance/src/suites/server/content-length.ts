import type { HeaderList, StatusLine } from '@tsgi/types';
import type { CheckId, ServerCheck } from '../../check.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import { answering, answeringTracked, endless, streaming } from './applications.ts';
import { assertResponse, fieldOf } from './tables.ts';

const HEAD = { method: 'HEAD' } as const;

const STATUSES: readonly StatusLine[] = ['204 No Content', '205 Reset Content', '304 Not Modified'];

/** A body that is cut short of its Content-Length. */
function underCheck(
  variant: string,
  kind: 'array' | 'iterator',
  chunks: readonly string[] = ['ab', 'cd'],
): ServerCheck {
  return {
    id: `FRAME-CL-UNDER.${variant}`,
    title: `Fewer octets than Content-Length end the connection (${variant})`,
    app: (probe) => {
      const answer = { headers: [['Content-Length', '9']] as const, chunks };
      return kind === 'array' ? answering(probe, answer) : streaming(probe, answer);
    },
    run: async (driver) => {
      const connection = await driver.begin();
      const response = await connection.responseOrEnd();
      // Before the first octet a proxy that learns of the abort may still answer in its own name.
      const isOurs = response !== undefined && fieldOf(response, 'tsgi-nonce').length > 0;
      driver.assert.equal('response is complete', isOurs && response.complete, false);
    },
  };
}

/** Where pulling stops although the body goes on for ever. */
interface StopCase {
  readonly id: CheckId;
  readonly title: string;
  readonly status?: StatusLine;
  readonly headers?: HeaderList;
  readonly request?: RequestShape;
  readonly steps: () => Iterable<string>;
  readonly pulls: number;
  /** True where the response has a length, so that it may be cut short. */
  readonly framed?: boolean;
}

const stops: readonly StopCase[] = [
  {
    id: 'FRAME-CL-STOP.endless',
    title: 'Pulling stops at the chunk that exceeds Content-Length, and the response is complete',
    headers: [['Content-Length', '2']],
    steps: () => endless(),
    pulls: 1,
    framed: true,
  },
  {
    id: 'FRAME-HEAD-STOP.endless',
    title: 'For HEAD, pulling stops at the first non-empty chunk',
    request: HEAD,
    steps: () => ['', '', 'a', ...Array.from({ length: 50 }, () => 'b')],
    pulls: 3,
  },
  ...(['204 No Content', '205 Reset Content', '304 Not Modified'] as const).map(
    (status): StopCase => ({
      id: `FRAME-DISCARD.${status.slice(0, 3)}`,
      title: `For ${status.slice(0, 3)}, pulling stops at the first non-empty chunk`,
      status,
      steps: () => ['a', ...Array.from({ length: 50 }, () => 'b')],
      pulls: 1,
      framed: status.startsWith('205'),
    }),
  ),
];

function stopCheck({
  id,
  title,
  status,
  headers = [],
  request,
  steps,
  pulls,
  framed = false,
}: StopCase): ServerCheck {
  return {
    id,
    title,
    app: (probe) => {
      const answer = status === undefined ? { headers } : { status, headers };
      return (environ, startResponse) =>
        answeringTracked(probe, { steps: steps() }, answer)(environ, startResponse);
    },
    run: async (driver) => {
      const response = await driver.exchange(request);
      if (framed) {
        driver.assert.equal('response is complete', response.complete, true);
      }
      await driver.settle();
      driver.assert.holds('calls of next()', driver.events('next').length <= pulls, {
        expected: `at most ${pulls}`,
        got: 'more',
      });
    },
  };
}

/** Bodies that do not fit their framing: too short, or longer than what is sent. */
export const lengthChecks: readonly ServerCheck[] = [
  underCheck('iterator', 'iterator'),
  underCheck('array', 'array'),
  underCheck('no-chunk', 'iterator', []),
  underCheck('empty-array', 'array', []),
  {
    id: 'FRAME-CL-UNDER.no-content',
    title: 'HEAD, 204, 205 and 304 are complete whatever the Content-Length says',
    app: (probe) => (environ, startResponse) => {
      environ['tsgi.on_finish'](({ aborted }) => probe.record('aborted', aborted));
      const status = STATUSES[Number(environ.QUERY_STRING)] ?? '200 OK';
      startResponse(status, [probe.tag, ['Content-Length', '9']]);
      return [];
    },
    run: async (driver) => {
      await driver.exchange(HEAD);
      for (const index of STATUSES.keys()) await driver.exchange({ target: `/?${index}` });
      await driver.event('aborted', STATUSES.length + 1);
      const aborted = driver.events('aborted').map(({ data }) => data);
      driver.assert.equal('responses that were aborted', aborted.filter(Boolean).length, 0);
    },
  },
  {
    id: 'FRAME-CL-UNDER.head',
    title: 'HEAD is complete whatever its Content-Length says',
    app: (probe) => streaming(probe, { headers: [['Content-Length', '9']], chunks: ['ab'] }),
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(HEAD), { body: '' });
    },
  },
  ...stops.map(stopCheck),
];
