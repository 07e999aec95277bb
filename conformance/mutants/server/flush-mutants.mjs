// Flushed responses whose framing or whose fault is another one than that of most.
import { only } from './alter.mjs';

export const flushMutants = [
  {
    id: 'S942',
    defect: 'flushes a head of HTTP/1.1 to HTTP/1.0',
    ...only(
      'flushHeaders',
      ({ version, response }) => version === 'HTTP/1.0' && response.state === 'set',
      (original, x) => {
        x.version = 'HTTP/1.1';
        original(x);
      },
    ),
  },
  {
    id: 'S943',
    defect: 'aborts the signal at a fault after a flush that was all of the response',
    ...only(
      'onFault',
      ({ response }) => response.state === 'committed' && response.framing.kind === 'none',
      (original, x, error) => {
        x.handedOver = false;
        original(x, error);
      },
    ),
  },
  {
    id: 'S968',
    defect: 'leaves the signal alone where a flushed response has no content yet',
    ...only(
      'onFault',
      ({ response, outcome }) => response.state === 'committed' && outcome.bytesSent === 0,
      (original, x, error) => {
        const { abortSignal } = x;
        x.abortSignal = () => undefined;
        original(x, error);
        x.abortSignal = abortSignal;
      },
    ),
  },
];
