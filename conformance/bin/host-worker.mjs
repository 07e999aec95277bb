// The thread in which the server under test runs; started by src/target/target-host.ts.
import { serveHost } from '../dist/target/host.js';

await serveHost();
