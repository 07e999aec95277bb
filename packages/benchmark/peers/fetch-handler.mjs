import { HELLO } from '../servers/content.mjs';
import { streamDownload } from './web-stream.mjs';

const TEXT = { headers: { 'Content-Type': 'text/plain' } };
const OCTETS = { headers: { 'Content-Type': 'application/octet-stream' } };

/** Answers a Request of the Fetch standard, for Bun and Deno. */
export function handle(request) {
  const path = request.url.slice(request.url.indexOf('/', 8));
  if (path === '/echo') {
    return request.arrayBuffer().then((body) => new Response(body, OCTETS));
  }
  return path === '/download' ? new Response(streamDownload(), OCTETS) : new Response(HELLO, TEXT);
}
