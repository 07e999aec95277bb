import process from 'node:process';
import type { AsyncApplication, Profile } from '@tsgi/types';
import { createSite } from './site.ts';

export const profile: Profile = 'async';

/** Flask and Django behind two servers of uWSGI; the README starts them. */
const app: AsyncApplication = createSite({
  '/flask': process.env['FLASK_UPSTREAM'] ?? 'uwsgi://127.0.0.1:3031',
  '/django': process.env['DJANGO_UPSTREAM'] ?? 'uwsgi://127.0.0.1:3032',
});

export default app;
