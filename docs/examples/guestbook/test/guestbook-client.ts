import { type ClientOptions, createClient, type SyncClient } from '@tsgi/testing';
import type { Middleware } from '@tsgi/types';
import { createGuestbook } from '../src/guestbook.ts';
import type { GuestbookStore } from '../src/store.ts';
import { openStore } from './temporary-store.ts';

/** A store that is filled already, and what goes between the client and the guestbook. */
export interface GuestbookClientOptions extends ClientOptions {
  readonly store?: GuestbookStore;
  readonly middleware?: Middleware;
}

/** A client of a guestbook on a store of its own, or on the one given. */
export function openGuestbook(options: GuestbookClientOptions = {}): SyncClient {
  const { store = openStore(), middleware = (inner) => inner, ...clientOptions } = options;
  return createClient(middleware(createGuestbook(store)), clientOptions);
}

/** Signs and gives the address of the new entry. */
export function sign(client: SyncClient, name: string, message: string): string {
  const posted = client.post('/sign', { form: { name, message }, expect: 303 });
  return posted.header('location') ?? '';
}
