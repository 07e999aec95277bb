import type { AsyncApplication } from '@tsgi/types';
import { FileFolder } from './file-folder.ts';
import { folderPath } from './folder-path.ts';
import { createAsyncUploads } from './uploads.ts';

/** The server hands the body over while it arrives. */
export const profile = 'async';

const application: AsyncApplication = createAsyncUploads(new FileFolder(folderPath()));
export default application;
