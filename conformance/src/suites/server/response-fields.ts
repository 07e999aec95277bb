import type { ServerCheck } from '../../check.ts';
import { answering } from './applications.ts';
import { assertResponse, fieldOf } from './tables.ts';

/** Response fields on the wire. */
export const responseFieldChecks: readonly ServerCheck[] = [
  {
    id: 'SR-DUP.order',
    title: 'Repeated fields arrive each, in the order given',
    app: (probe) =>
      answering(probe, {
        headers: [
          ['X-D', '1'],
          ['X-E', '2'],
          ['x-d', '3'],
          ['X-D', ''],
        ],
      }),
    run: async (driver) => {
      const { fields } = await driver.exchange();
      const got = fields.filter(([name]) => /^x-[de]$/i.test(name)).map(([, value]) => value);
      driver.assert.equal('values of X-D and X-E in order', got, ['1', '2', '3', '']);
    },
  },
  {
    id: 'SR-COOKIE.two-lines',
    title: 'Each Set-Cookie is a field line of its own',
    app: (probe) =>
      answering(probe, {
        headers: [
          ['Set-Cookie', 'a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT'],
          ['Set-Cookie', 'b=2'],
        ],
      }),
    run: async (driver) => {
      const response = await driver.exchange();
      const expected = ['a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT', 'b=2'];
      driver.assert.equal('Set-Cookie', fieldOf(response, 'set-cookie'), expected);
    },
  },
  {
    id: 'HDR-BYTES.obs-text',
    title: 'Code units from 0x80 on are sent as the octets of the same number',
    app: (probe) => answering(probe, { headers: [['X-Kit', 'caf\xe9 \x80\xff~']] }),
    run: async (driver) => {
      const response = await driver.exchange();
      driver.assert.equal('X-Kit', fieldOf(response, 'x-kit'), ['caf\xe9 \x80\xff~']);
    },
  },
  ...(
    [
      ['date', 'Thu, 01 Jan 1970 00:00:00 GMT'],
      ['server', 'kit'],
      ['content-type', 'text/x-kit;a="b"'],
      ['content-length', '2'],
      ['cache-control', 'no-store'],
      ['vary', '*'],
      ['content-encoding', 'identity'],
    ] as const
  ).map(
    ([name, value]): ServerCheck => ({
      id: `HDR-KEEP.${name}`,
      title: `A ${name} field is sent once, as the application gave it`,
      app: (probe) => answering(probe, { headers: [[name, value]] }),
      run: async (driver) => {
        const response = await driver.exchange();
        assertResponse(driver, response, {});
        driver.assert.equal(name, fieldOf(response, name), [value]);
      },
    }),
  ),
  {
    id: 'HDR-DATE.added',
    title: 'A Date field is added where the application gave none',
    app: (probe) => answering(probe),
    run: async (driver) => {
      const [date = '', ...more] = fieldOf(await driver.exchange(), 'date');
      const form = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
      driver.assert.equal('further Date fields', more.length, 0);
      driver.assert.equal('Date is an IMF-fixdate', form.test(date), true);
    },
  },
];
