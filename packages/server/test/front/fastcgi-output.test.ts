import { once } from 'node:events';
import { Socket } from 'node:net';
import { FastCgiServer, NO_RECORD } from '@tsgi/protocol/fastcgi';
import { expect, onTestFinished, test } from 'vitest';
import { FastCgiOutputs } from '../../src/front/fastcgi-output.ts';

/** A socket whose front takes each write a turn later. */
class SlowSocket extends Socket {
  readonly taken: Uint8Array[] = [];

  override _write(octets: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    setImmediate(() => {
      this.taken.push(octets);
      done();
    });
  }

  override _final(done: (error?: Error) => void): void {
    done();
  }
}

test('the record that shows a cut is written, also where a response still waits to write', async () => {
  const socket = new SlowSocket();
  onTestFinished(() => void socket.destroy());
  const outputs = new FastCgiOutputs(socket, new FastCgiServer(), 10_000);
  // as of a response: what goes on after the write is what cuts it, and waits for the next write
  outputs.whenFlushed(() => {
    outputs.cutOff();
    outputs.whenFlushed(() => {});
    outputs.cutOff();
  });
  // an error would reject
  await once(socket, 'close');
  expect(socket.taken.at(-1)).toEqual(Buffer.from(NO_RECORD));
});
