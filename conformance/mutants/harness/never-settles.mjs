export const meta = { name: 'faulty harness', version: '1.0.0' };

export function start() {
  return new Promise(() => undefined);
}
