// The thread in which a module under test is loaded and called; started by src/target/run-module.ts.
import { serveModule } from '../dist/target/module-host.js';

await serveModule();
