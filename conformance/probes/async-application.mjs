// The same as application.mjs for servers that call applications under the asynchronous profile:
//   npx tsgi-conformance server --url http://127.0.0.1:8000 --profile async
import { createHttpProbe } from '../dist/probe/memory-channel.js';

export const profile = 'async';

export default createHttpProbe();
