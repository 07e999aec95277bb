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
import { extensionBootChecks } from './extension-boot.ts';
import { fileChecks } from './files.ts';
import { finishChecks } from './finish.ts';
import { flushChecks } from './flush.ts';
import { framingChecks } from './framing.ts';
import { hintChecks } from './hints.ts';
import { inputChecks } from './input.ts';
import { wireInputChecks } from './input-on-the-wire.ts';
import { moduleChecks } from './modules.ts';
import { pathChecks } from './path.ts';
import { rawHeaderChecks } from './raw-headers.ts';
import { refusalSuite } from './refusals.ts';
import { responseFieldChecks } from './response-fields.ts';
import { signalChecks } from './signal.ts';
import { startResponseChecks } from './start-response.ts';
import { stateChecks } from './state.ts';
import { streamingChecks } from './streaming.ts';
import { tlsChecks } from './tls.ts';
import { trailerChecks } from './trailers.ts';
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
  ...extensionBootChecks,
  ...fileChecks,
  ...flushChecks,
  ...hintChecks,
  ...rawHeaderChecks,
  ...signalChecks,
  ...stateChecks,
  ...tlsChecks,
  ...trailerChecks,
  ...moduleChecks,
];
