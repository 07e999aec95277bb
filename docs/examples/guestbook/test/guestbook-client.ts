import { type Client, type ClientOptions, createClient, type TestResponse } from '@tsgi/testing';
import type { Middleware } from '@tsgi/types';
import { createGuestbook } from '../src/guestbook.ts';
import type { GuestbookStore } from '../src/store.ts';
import { judged } from './judged.ts';
import { openStore } from './temporary-store.ts';

/** A store that is filled already, and what goes between the client and the guestbook. */
export interface GuestbookClientOptions extends ClientOptions {
  readonly store?: GuestbookStore;
  readonly middleware?: Middleware;
}

/** A client of a guestbook, judged by the lint, on a store of its own, or on the one given. */
export function openGuestbook(options: GuestbookClientOptions = {}): Client<TestResponse> {
  const { store = openStore(), middleware = (inner) => inner, ...clientOptions } = options;
  return createClient(middleware(judged(createGuestbook(store))), clientOptions);
}

/** Signs and gives the address of the new entry. */
export function sign(client: Client<TestResponse>, name: string, message: string): string {
  return client.post('/sign', { form: { name, message } }).header('location') ?? '';
}
