// The thread in which the kit runs beside a test file; started by src/vitest/run-in-thread.ts.
import { serveSuite } from '../dist/vitest/suite-thread.js';

await serveSuite();
