export { departures } from '../src/schema/departures.ts';
