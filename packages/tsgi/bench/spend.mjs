// Does a fixed amount of work for each request; SPEND_ITERATIONS says how much.
const iterations = Number(process.env['SPEND_ITERATIONS']);
const body = new TextEncoder().encode('done\n');

/** Work that no compiler can leave out. */
export function spend(count) {
  let state = 1;
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  }
  return state;
}

export function app(_environ, startResponse) {
  startResponse('200 OK', [['Work', String(spend(iterations))]]);
  return [body];
}
