// `tsgi serve` with two worker processes, which share the requests. Build first: npx tsc -b conformance packages/tsgi
import { readFileSync } from 'node:fs';
import process from 'node:process';

const manifest = new URL('../../packages/tsgi/package.json', import.meta.url);

export const meta = {
  name: 'tsgi serve --workers 2',
  version: JSON.parse(readFileSync(manifest, 'utf8')).version,
  runtime: `node ${process.versions.node}`,
};

export const command =
  `'${process.execPath}' ../../packages/tsgi/bin/tsgi.mjs serve {app} --workers 2 --config none ` +
  '--bind {host}:{port} --script-name={mount} --cleanup-timeout 1500ms --access-log off ' +
  '--control-socket off';

// The port is open before the workers have loaded the application: only an answer tells.
export const ready = 'http';

/** What the command does otherwise, with the reasons. */
export const expect = 'tsgi-serve-2.expect';
