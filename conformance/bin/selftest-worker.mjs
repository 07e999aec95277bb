// A process of the self-test; started by src/selftest/crew.ts.
import { serveAssignments } from '../dist/selftest/worker.js';

serveAssignments();
