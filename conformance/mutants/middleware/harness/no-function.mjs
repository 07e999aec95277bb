export const middleware = { wrap: () => undefined };
