import type { ServerCheck } from '../../check.ts';
import { adapterChecks } from './adapter-contract.ts';
import { bootChecks } from './boot.ts';
import { asyncAbandonChecks } from './async-abandon.ts';
import { asyncCleanupChecks } from './async-cleanup.ts';
import { asyncInputChecks } from './async-input.ts';
import { asyncInputEndChecks } from './async-input-ends.ts';
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
import { fileFramingChecks } from './file-framing.ts';
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
import { hookChecks } from './state-hooks.ts';
import { stateChecks } from './state.ts';
import { streamingChecks } from './streaming.ts';
import { tlsChecks } from './tls.ts';
import { trailerChecks } from './trailers.ts';
import { validationChecks } from './validation.ts';
import { requestFieldChecks } from './request-fields.ts';
import { continueChecks } from './continue.ts';
import { everyCharacterChecks } from './every-character.ts';
import { fieldFormChecks } from './field-forms.ts';

/** Every check of a server. */
export const serverSuite: readonly ServerCheck[] = [
  ...bootChecks,
  ...adapterChecks,
  ...callChecks,
  ...environObjectChecks,
  ...environValueChecks,
  ...pathChecks,
  ...requestFieldChecks,
  ...fieldFormChecks,
  ...refusalSuite,
  ...inputChecks,
  ...wireInputChecks,
  ...continueChecks,
  ...validationChecks,
  ...everyCharacterChecks,
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
  ...asyncAbandonChecks,
  ...asyncInputChecks,
  ...asyncInputEndChecks,
  ...asyncCleanupChecks,
  ...extensionBootChecks,
  ...fileChecks,
  ...fileFramingChecks,
  ...flushChecks,
  ...hintChecks,
  ...rawHeaderChecks,
  ...signalChecks,
  ...stateChecks,
  ...hookChecks,
  ...tlsChecks,
  ...trailerChecks,
  ...moduleChecks,
];
