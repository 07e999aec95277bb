import type { ServerCheck } from '../../check.ts';
import { adapterChecks } from './adapter-contract.ts';
import { bootChecks } from './boot.ts';
import { asyncInputChecks } from './async-input.ts';
import { asyncPullChecks } from './async-pull.ts';
import { asyncResultChecks } from './async-results.ts';
import { bodyChecks } from './body.ts';
import { cleanupChecks } from './cleanup.ts';
import { commitChecks } from './commit.ts';
import { connectionChecks } from './connection.ts';
import { lengthChecks } from './content-length.ts';
import { callChecks, environObjectChecks } from './environ-object.ts';
import { environValueChecks } from './environ-values.ts';
import { errorChecks } from './errors.ts';
import { finishChecks } from './finish.ts';
import { framingChecks } from './framing.ts';
import { inputChecks } from './input.ts';
import { wireInputChecks } from './input-on-the-wire.ts';
import { pathChecks } from './path.ts';
import { refusalSuite } from './refusals.ts';
import { responseFieldChecks } from './response-fields.ts';
import { startResponseChecks } from './start-response.ts';
import { streamingChecks } from './streaming.ts';
import { validationChecks } from './validation.ts';
import { requestFieldChecks } from './request-fields.ts';

/** Every check of a server. */
export const serverSuite: readonly ServerCheck[] = [
  ...bootChecks,
  ...adapterChecks,
  ...callChecks,
  ...environObjectChecks,
  ...environValueChecks,
  ...pathChecks,
  ...requestFieldChecks,
  ...refusalSuite,
  ...inputChecks,
  ...wireInputChecks,
  ...validationChecks,
  ...startResponseChecks,
  ...commitChecks,
  ...responseFieldChecks,
  ...bodyChecks,
  ...streamingChecks,
  ...framingChecks,
  ...lengthChecks,
  ...cleanupChecks,
  ...finishChecks,
  ...errorChecks,
  ...connectionChecks,
  ...asyncResultChecks,
  ...asyncPullChecks,
  ...asyncInputChecks,
];
