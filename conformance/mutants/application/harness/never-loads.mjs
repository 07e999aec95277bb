// A module that waits for something that does not happen; the timer keeps its thread alive.
setInterval(() => undefined, 1000);
await new Promise(() => undefined);
export const app = () => [];
