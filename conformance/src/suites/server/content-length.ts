import type { HeaderList, StatusLine } from '@tsgi/types';
import type { CheckId, ServerCheck } from '../../check.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import { answering, answeringTracked, endless, streaming } from './applications.ts';
import { assertResponse } from './tables.ts';

const HEAD = { method: 'HEAD' } as const;

/** A body that is cut short of its Content-Length. */
function underCheck(variant: string, kind: 'array' | 'iterator'): ServerCheck {
  return {
    id: `FRAME-CL-UNDER.${variant}`,
    title: `Fewer octets than Content-Length end the connection (${variant})`,
    app: (probe) => {
      const answer = { headers: [['Content-Length', '9']] as const, chunks: ['ab', 'cd'] };
      return kind === 'array' ? answering(probe, answer) : streaming(probe, answer);
    },
    run: async (driver) => {
      const connection = await driver.begin();
      const response = await connection.responseOrEnd();
      driver.assert.equal('response is complete', response?.complete ?? false, false);
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
