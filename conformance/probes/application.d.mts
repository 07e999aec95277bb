import type { Application } from '@tsgi/types';

/** The probe of the kit as an application of the synchronous profile. */
declare const application: Application;
export default application;
