import type { Application } from '@tsgi/types';
import { FileFolder } from './file-folder.ts';
import { folderPath } from './folder-path.ts';
import { createUploads } from './uploads.ts';

const application: Application = createUploads(new FileFolder(folderPath()));
export default application;
