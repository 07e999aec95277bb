export const meta = { name: 'faulty harness', version: '1.0.0' };

export async function start() {
  return { url: 'ready', close: async () => undefined };
}
