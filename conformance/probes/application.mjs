// The probe application for servers that are judged by URL: mount it, start your server, and run
//   npx tsgi-conformance server --url http://127.0.0.1:8000
import { createHttpProbe } from '../dist/probe/memory-channel.js';

export default createHttpProbe();
