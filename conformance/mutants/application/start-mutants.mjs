import { octets } from './reference.mjs';

const shared = { count: 0, headers: [['X-Shared', 'yes']] };

/** Applications that begin a response as they must not. */
export const startMutants = [
  {
    id: 'A01',
    defect: 'calls startResponse twice and swallows the error',
    seam: 'begin',
    make: (original) => (app, call, code, pairs) => {
      original(app, call, code, pairs);
      try {
        original(app, call, code, pairs);
      } catch {
        // That is the defect.
      }
    },
  },
  {
    id: 'A02',
    defect: 'never calls startResponse for an empty page',
    seam: 'empty',
    make: () => () => [],
  },
  {
    id: 'A03',
    defect: 'calls startResponse after a non-empty chunk',
    seam: 'missing',
    make: () => (app, call) =>
      (function* late() {
        yield octets('nothing here');
        app.begin(app, call, 404, []);
      })(),
  },
  {
    id: 'A04',
    defect: 'goes on as if startResponse had not thrown',
    seam: 'begin',
    make:
      (original) =>
      (...args) => {
        try {
          original(...args);
        } catch {
          // That is the defect.
        }
      },
  },
  ...[
    ['number', 'gives the status as a number', 200],
    ['bare', 'gives a status without reason and space', '200'],
    ['joined', 'gives a status without a space', '200OK'],
    ['low', 'gives a status below 200', '99 X'],
    ['line', 'gives a status with a line feed', '200 O\nK'],
  ].map(([variant, defect, status]) => ({
    id: `A05-${variant}`,
    defect,
    seam: 'status',
    make: (original) => (app, code) => (code === 200 ? status : original(app, code)),
  })),
  ...[
    ['object', 'gives the headers as an object', (pairs) => Object.fromEntries(pairs)],
    ['map', 'gives the headers as a Map', (pairs) => new Map(pairs)],
    ['fetch', 'gives the headers as Headers', (pairs) => new Headers(pairs)],
    ['triple', 'gives headers of three members', (pairs) => pairs.map((pair) => [...pair, ''])],
    ['number', 'gives a number as a value', (pairs) => pairs.map(([name]) => [name, 1])],
  ].map(([variant, defect, change]) => ({
    id: `A06-${String(variant)}`,
    defect,
    seam: 'headers',
    make: (original) => (app, pairs) => change(original(app, pairs)),
  })),
  ...[
    ['space', 'gives a header name with a space', 'X Y'],
    ['colon', 'gives a header name with a colon', 'X:'],
    ['empty', 'gives an empty header name', ''],
    ['status', 'gives a header named Status', 'Status'],
  ].map(([variant, defect, name]) => ({
    id: `A07-${variant}`,
    defect,
    seam: 'headers',
    make: (original) => (app, pairs) => [...original(app, pairs), [name, 'x']],
  })),
  ...[
    ['line', 'gives a header value with a line feed', 'a\nb'],
    ['space', 'gives a header value with a space at its end', 'a '],
    ['wide', 'gives a header value above 0xFF', '\u20ac'],
  ].map(([variant, defect, value]) => ({
    id: `A08-${variant}`,
    defect,
    seam: 'headers',
    make: (original) => (app, pairs) => [...original(app, pairs), ['X-B', value]],
  })),
  ...['Connection', 'Transfer-Encoding', 'Upgrade', 'Keep-Alive', 'TE', 'Trailer'].map((name) => ({
    id: `A09-${name.toLowerCase()}`,
    defect: `gives ${name}`,
    seam: 'headers',
    make: (original) => (app, pairs) => [...original(app, pairs), [name, 'x']],
  })),
  {
    id: 'A10',
    defect: 'changes the header list after it was passed',
    seam: 'begin',
    make: () => (app, call, code, pairs) => {
      const headers = app.headers(app, pairs, call);
      call.start(app.status(app, code), headers);
      if (code === 404) headers.push(['X-Late', 'yes']);
    },
  },
  {
    id: 'A10-later',
    defect: 'changes a header list that the next request has in common with this one',
    seam: 'missing',
    make: () => (_app, call) => {
      shared.count += 1;
      shared.headers[0] = ['X-Shared', String(shared.count)];
      call.start('404 Not Found', shared.headers);
      return [octets('nothing here')];
    },
  },
];
