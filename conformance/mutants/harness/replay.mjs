import { startSeamServer } from '../server/reference/server.mjs';

export const meta = { name: 'faulty harness', version: '1.0.0' };

const STRANGER = '0'.repeat(32);

/** Answers with the nonce of a run long past. */
function replay(_environ, startResponse) {
  startResponse('200 OK', [['Tsgi-Nonce', STRANGER]]);
  return [new TextEncoder().encode('ok')];
}

export async function start(_application, options) {
  return startSeamServer(replay, options);
}
