import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { AsyncApplication, Profile } from '@tsgi/types';
import { createSite } from './site.ts';

export const profile: Profile = 'async';

/** The two folders beside this file, behind php-fpm; the README starts it. */
const app: AsyncApplication = createSite({
  upstream: process.env['PHP_UPSTREAM'] ?? 'fastcgi://127.0.0.1:9000',
  site: fileURLToPath(new URL('../site', import.meta.url)),
  front: fileURLToPath(new URL('../front', import.meta.url)),
});

export default app;
