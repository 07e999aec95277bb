import type { Bench, ModuleCheck } from '../../engine/module-check.ts';
import { contentOf } from '../../memory/served.ts';
import { describeError } from '../../target/host-messages.ts';
import { whereIs } from './checks.ts';
import { isLimited, isSound } from './identity.ts';
import type { MiddlewareSession, Passage } from './session.ts';

type Check = ModuleCheck<MiddlewareSession>;

/** The passages of P0 whose application answered asynchronously, and what went wrong with each. */
async function asynchronous(session: MiddlewareSession): Promise<readonly Judged[]> {
  const view = session.asyncView();
  if (!(await isSound(view, 'array')) || !(await isSound(view, 'unsized'))) return [];
  const passages = await view.passages('P0');
  return passages
    .filter(({ probe, reached }) => reached && probe.profile === 'async')
    .filter(({ probe }) => probe.kind === undefined)
    .filter((passage) => !isDowngraded(passage))
    .map((passage): Judged => [passage, fault(passage, session)]);
}

function isDowngraded({ served }: Passage): boolean {
  return served.log.events.some(({ type }) => type === 'inner downgraded');
}

function fault({ served, plain }: Passage, { declares }: MiddlewareSession): string | undefined {
  if (!served.complete) return describeError(served.fault ?? 'a body that does not end');
  if (declares.transformsBody === true || declares.mayShortCircuit === true) return undefined;
  return contentOf(served) === contentOf(plain) ? undefined : 'another content than alone';
}

type Judged = readonly [Passage, string | undefined];

function tell(bench: Bench, all: readonly Judged[], found: Judged | undefined): void {
  const [passage, got] = found ?? all[0] ?? [];
  if (passage === undefined) return;
  bench.lookAt(passage.served);
  const isRight = found === undefined;
  bench.assert.holds('response of an asynchronous application', isRight, {
    expected: 'complete, or tsgi.async set to false before',
    got: isRight ? '' : `${got} ${whereIs(passage)}`,
  });
}

function wholeBody({ served }: Passage): string | undefined {
  if (!served.complete) return describeError(served.fault ?? 'a body that does not end');
  const { body = '' } = served.request;
  const content = contentOf(served);
  return content === body ? undefined : `${content.length} of ${body.length} octets`;
}

/** Checks of what middleware makes of an asynchronous application, whatever its own profile is. */
export const asyncChecks: readonly Check[] = [
  {
    id: 'ASYNC-DOWNGRADE.unable',
    title: 'Middleware that can handle no asynchronous result sets tsgi.async to false',
    personalities: ['P0'],
    judge: async (session, bench) => {
      const all = await asynchronous(session);
      const unable = all.every(([, got]) => got !== undefined);
      tell(bench, all, unable ? all[0] : undefined);
    },
  },
  {
    id: 'ASYNC-MW-RESULT.every-kind',
    title: 'Middleware that leaves tsgi.async true accepts every kind of result',
    personalities: ['P0'],
    judge: async (session, bench) => {
      const all = await asynchronous(session);
      const able = all.some(([, got]) => got === undefined);
      const broken = able ? all.find(([, got]) => got !== undefined) : undefined;
      tell(bench, all, broken);
    },
  },
  {
    id: 'ASYNC-MW-INPUT.agreement',
    title: 'tsgi.input, tsgi.input_buffered and tsgi.async_input agree',
    personalities: ['P0', 'P6'],
    judge: async (session, bench) => {
      const what = 'request body, read in the way that tsgi.input_buffered allows';
      const view = session.asyncView();
      const able = (await asynchronous(session)).every(([, got]) => got === undefined);
      const sound = able && (await isSound(view, 'unsized'));
      const all = !sound ? [] : [...(await view.passages('P0')), ...(await view.passages('P6'))];
      const reading = all
        .filter(({ probe, reached }) => reached && probe.kind === 'input')
        .filter(({ served }) => !isLimited(served));
      for (const passage of reading.filter((one) => !isDowngraded(one))) {
        bench.lookAt(passage.served);
        const got = session.declares.transformsBody === true ? undefined : wholeBody(passage);
        bench.assert.holds(what, got === undefined, {
          expected: 'whole',
          got: `${got ?? ''} ${whereIs(passage)}`,
        });
      }
    },
  },
];
