import type { ModuleCheck } from '../../engine/module-check.ts';
import { codeOfServed } from '../../memory/served.ts';
import { tell } from './answers.ts';
import type { ApplicationSession } from './session.ts';

type Check = ModuleCheck<ApplicationSession>;

/** Checks of the module, and of the answers that its author expects. */
export const moduleChecks: readonly Check[] = [
  {
    id: 'BOOT-RESPONSE.any',
    title: 'At least one request is answered',
    personalities: ['P0'],
    judge: async (session, bench) => {
      const all = await session.served('P0');
      const failed = all.find(({ complete }) => !complete);
      if (failed !== undefined) bench.lookAt(failed);
      const answered =
        all.length === 0 || all.some(({ status, fault }) => status !== '' && fault === undefined);
      const got = failed === undefined ? '' : tell(failed);
      bench.assert.holds('answers', answered, { expected: 'at least one', got });
    },
  },
  {
    id: 'REQ-STATUS.expected',
    title: 'Every request has a status in the range that is expected of it',
    personalities: ['P0'],
    judge: async (session, bench) => {
      for (const served of await session.served('P0')) {
        const { from, to } = served.request.expect ?? { from: 200, to: 599 };
        bench.lookAt(served);
        const code = codeOfServed(served);
        bench.assert.holds('status', code >= from && code <= to, {
          expected: from === to ? String(from) : `${from} to ${to}`,
          got: tell(served),
        });
      }
    },
  },
  {
    id: 'ASYNC-PROFILE-VALUE.module',
    title: 'The export profile is absent, "sync" or "async"',
    personalities: ['P0'],
    judge: (session, bench) => {
      bench.assert.oneOf('export profile', session.declared, [undefined, 'sync', 'async']);
    },
  },
  {
    id: 'ASYNC-MODULE.declared',
    title: 'A module whose application answers asynchronously declares it',
    personalities: ['P0'],
    only: 'async',
    judge: (session, bench) => {
      bench.assert.equal('export profile', session.declared, 'async');
    },
  },
];
