import type { Application } from '@tsgi/types';
import { databaseFile } from './database-file.ts';
import { createGuestbook } from './guestbook.ts';
import { GuestbookStore } from './store.ts';

const store = new GuestbookStore(databaseFile());
process.once('exit', () => store.close());

const application: Application = createGuestbook(store);
export default application;
