export const meta = { name: 'faulty harness', version: '1.0.0' };

export async function start() {
  throw new Error('this server does not start');
}
