import type { Application } from '@tsgi/types';
import { databaseFile } from './database-file.ts';
import { createGuestbook } from './guestbook.ts';
import { GuestbookStore } from './store.ts';

// As a CGI program this is started for each request, and the processes take turns with the file.
const isCgi = process.env['GATEWAY_INTERFACE'] !== undefined;
const store = new GuestbookStore(databaseFile(), isCgi ? 10_000 : 0);
process.once('exit', () => store.close());

const application: Application = createGuestbook(store);
export default application;
