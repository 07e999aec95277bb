import process from 'node:process';

export const meta = { name: 'faulty harness', version: '1.0.0' };

export async function start() {
  process.exit(0);
}
