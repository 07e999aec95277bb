export const app = 'app';
export const application = { fetch: () => undefined };
