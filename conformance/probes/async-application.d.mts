import type { AsyncApplication } from '@tsgi/types';

/** The probe of the kit as an application of the asynchronous profile. */
declare const application: AsyncApplication;
export default application;

/** The profile that the probe is to be called with. */
export declare const profile: 'async';
