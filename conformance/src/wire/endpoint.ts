import { HarnessFault } from '../engine/failures.ts';
import type { Endpoint } from './raw-connection.ts';

/** Host and port of `http://HOST:PORT`, with or without a slash at the end; throws a HarnessFault. */
export function readEndpoint(url: string): Endpoint {
  const match = /^http(s?):\/\/(?:\[([\da-f:]+)\]|([\w.-]+)):(\d+)\/?$/.exec(url);
  if (match === null) {
    throw new HarnessFault(`the adapter returned ${JSON.stringify(url)}, not http://HOST:PORT`);
  }
  const endpoint = { host: match[2] ?? match[3] ?? '', port: Number(match[4]) };
  return match[1] === 's' ? { ...endpoint, secure: {} } : endpoint;
}
