import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../src/listening.ts';
import { Program } from '../src/program.ts';
import { makeScratchFolder } from '../src/scratch-folder.ts';

/** A program of Node.js with the port that it is given as `port`. */
async function start(source: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<Program> {
  const scratch = makeScratchFolder();
  const port = await findFreePort();
  const program = await Program.start({
    name: 'sample',
    command: [process.execPath, '-e', `const port = ${port};\n${source}`],
    cwd: scratch.path,
    listens: { port },
    logFile: join(scratch.path, 'error.log'),
    stopSignal: signal,
  });
  onTestFinished(() => {
    program.kill();
    scratch.remove();
  });
  return program;
}

const LISTEN = `const server = require('node:net').createServer().listen(port, '127.0.0.1');`;

describe('Program', () => {
  test('has started once it listens, and ends in order when it is asked to', async () => {
    const program = await start(`${LISTEN} process.on('SIGINT', () => process.exit(0));`, 'SIGINT');
    process.kill(program.pid, 0);
    await program.stop();
    expect(() => process.kill(program.pid, 0)).toThrow('ESRCH');
  });

  test('shows what it writes to its streams and to its log', async () => {
    const program = await start(`
      require('node:fs').writeFileSync('error.log', 'in the log, ');
      process.stderr.write('on standard error, ', () => { ${LISTEN} });
      process.on('SIGTERM', () => process.exit(3));
    `);
    const stopped = program.stop();
    await expect(stopped).rejects.toThrow('sample has not ended in order: code 3');
    await expect(stopped).rejects.toThrow('in the log, ');
    expect(program.output).toContain('on standard error, ');
  });

  test('says why a program has not started', async () => {
    const started = start(`process.stderr.write('no such port', () => process.exit(9));`);
    await expect(started).rejects.toThrow('sample has not started: code 9');
  });

  test('says that a program cannot be run at all', async () => {
    const port = await findFreePort();
    const options = { name: 'nobody', cwd: '/', listens: { port } };
    const started = Program.start({ ...options, command: ['/nonexistent/program'] });
    await expect(started).rejects.toThrow('nobody has not started: cannot run: spawn');
  });

  test('tells of a program that was gone before it was asked to end', async () => {
    const program = await start(LISTEN);
    program.signal('SIGKILL');
    expect(await program.ended).toBe('signal SIGKILL');
    await expect(program.stop()).rejects.toThrow('sample had ended before: signal SIGKILL');
  });
});

describe('makeScratchFolder', () => {
  test('makes a folder that everybody may search, and removes it with what is in it', () => {
    const scratch = makeScratchFolder();
    expect(readdirSync(scratch.path)).toEqual([]);
    const inner = makeScratchFolder(scratch.path);
    expect(existsSync(inner.path)).toBe(true);
    scratch.remove();
    expect(existsSync(scratch.path)).toBe(false);
  });
});
