import { serveOn } from './tsgi-application.mjs';

await serveOn('node-http');
