import { alterInput, alterResult, excuse } from './alter.mjs';

const hasCode = (code) => (error) => error.code === code;
const isCookie = ([name]) => name.toLowerCase() === 'set-cookie';
const isControl = (value) => typeof value === 'string' && /[^\t\x20-\x7e\x80-\uffff]/.test(value);

/** Set-Cookie, or the first field of its name. */
function isNew(field, index, all) {
  const name = field[0].toLowerCase();
  return isCookie(field) || all.findIndex(([other]) => other.toLowerCase() === name) === index;
}

const isWide = (value) => typeof value === 'string' && /[^\0-\xff]/.test(value);

/** Takes a list that the reference refuses for a pair that `match` knows; drops the pair. */
const dropPairs = (match) =>
  alterInput('checkFields', (fields) => [
    Array.isArray(fields) ? fields.filter((pair) => !(Array.isArray(pair) && match(pair))) : fields,
  ]);

export const responseMutants = [
  {
    id: 'S43',
    defect: 'drops the second field of a name',
    ...alterInput('writeHead', (head) => {
      return [{ ...head, fields: head.fields.filter(isNew) }];
    }),
  },
  {
    id: 'S44',
    defect: 'joins Set-Cookie fields with a comma',
    ...alterInput('writeHead', (head) => {
      const joined = head.fields
        .filter(isCookie)
        .map(([, value]) => value)
        .join(', ');
      const rest = head.fields.filter((field) => !isCookie(field));
      return [{ ...head, fields: joined === '' ? rest : [...rest, ['Set-Cookie', joined]] }];
    }),
  },
  {
    id: 'S47',
    defect: 'takes a second call without an error',
    ...excuse('startResponse', (error, { state }) => {
      return error.code === 'ERR_TSGI_ALREADY_STARTED' && state === 'set';
    }),
  },
  {
    id: 'S48',
    defect: 'ignores a replacement before the commit',
    seam: 'startResponse',
    make: (original) => (response, args, context) => {
      const { state, status, fields } = response;
      original(response, args, context);
      if (state === 'set') Object.assign(response, { status, fields });
    },
  },
  {
    id: 'S49',
    defect: 'does not rethrow the error after the commit',
    ...excuse(
      'startResponse',
      (error, { state }, [, , given]) => state === 'committed' && error === given,
    ),
  },
  {
    id: 'S50',
    defect: 'commits at the first chunk, empty or not',
    seam: 'pull',
    make: (original) => (x, iterator, kind) => {
      if (x.iterator && x.response.state === 'set' && x.pulled) x.seams.commit(x, {});
      x.pulled = true;
      return original(x, iterator, kind);
    },
  },
  {
    id: 'S51',
    defect: 'startResponse replaces the list by its own',
    seam: 'startResponse',
    make:
      (original) =>
      (response, [status, fields, error], context) => {
        original(response, [status, fields, error], context);
        if (Array.isArray(fields) && !Object.isFrozen(fields)) fields.length = 0;
      },
  },
  {
    id: 'S52',
    defect: 'drops pairs with control characters',
    ...dropPairs((pair) => pair.some(isControl)),
  },
  {
    id: 'S53',
    defect: 'drops hop-by-hop fields instead of refusing them',
    ...dropPairs(([name]) =>
      /^(?:connection|keep-alive|te|trailer|upgrade|transfer-encoding|proxy-connection)$/i.test(
        name,
      ),
    ),
  },
  {
    id: 'S54',
    defect: 'drops pairs with wide characters',
    ...dropPairs((pair) => pair.some(isWide)),
  },
  {
    id: 'S55',
    defect: 'answers 200 where startResponse was not called',
    ...alterInput('commit', (x, known) => {
      const { response } = x;
      if (response.state === 'unset')
        Object.assign(response, { state: 'set', status: '200 OK', fields: [] });
      return [x, known];
    }),
  },
  {
    id: 'S56',
    defect: 'wants startResponse before the application returns',
    seam: 'produce',
    make: (original) => async (x) => {
      if (x.response.state === 'unset') throw new Error('startResponse was not called');
      await original(x);
    },
  },
  {
    id: 'S141',
    defect: 'takes a status without a space',
    ...excuse('checkStatus', (_error, status) => /^[2-5]\d\d$/.test(status)),
  },
  {
    id: 'S142',
    defect: 'takes triples',
    ...alterInput('checkFields', (fields) => [
      Array.isArray(fields)
        ? fields.map((pair) => (Array.isArray(pair) && pair.length === 3 ? pair.slice(0, 2) : pair))
        : fields,
    ]),
  },
  {
    id: 'S143',
    defect: 'checks the headers before the status',
    seam: 'startResponse',
    make: (original) => (response, args, context) => {
      if (response.state !== 'committed' && response.state !== 'ended')
        context.seams.checkFields(args[1]);
      original(response, args, context);
    },
  },
  {
    id: 'S144',
    defect: 'throws errors without a code',
    ...excuse('checkStatus', hasCode('ERR_TSGI_STATUS'), () => {
      throw new Error('the status is wrong');
    }),
  },
  {
    id: 'S145',
    defect: 'takes null for no error',
    ...alterInput('startResponse', (response, [status, fields, error], context) => [
      response,
      [status, fields, error ?? undefined],
      context,
    ]),
  },
  {
    id: 'S146',
    defect: 'takes a call without an error after one that failed',
    seam: 'startResponse',
    make: (original) => (response, args, context) => {
      if (response.state === 'failed') response.state = 'unset';
      original(response, args, context);
    },
  },
  {
    id: 'S147',
    defect: 'keeps what was stored where a replacement fails',
    seam: 'startResponse',
    make: (original) => (response, args, context) => {
      const { state } = response;
      try {
        original(response, args, context);
      } catch (error) {
        if (state === 'set') response.state = state;
        throw error;
      }
    },
  },
  {
    id: 'S148',
    defect: 'keeps the list of the application instead of a copy',
    seam: 'startResponse',
    make: (original) => (response, args, context) => {
      original(response, args, context);
      [, response.fields] = args;
    },
  },
  {
    id: 'S149',
    defect: 'takes calls after the end',
    ...excuse('startResponse', hasCode('ERR_TSGI_ENDED')),
  },
  {
    id: 'S150',
    defect: 'startResponse returns true',
    seam: 'callApplication',
    make: (original) => async (x) => {
      const start = x.startResponse;
      x.startResponse = (...args) => {
        start(...args);
        return true;
      };
      await original(x);
    },
  },
  {
    id: 'S151',
    defect: 'sends 299 as 200',
    ...alterInput('writeHead', (head) => [{ ...head, status: head.status.replace(/^299/, '200') }]),
  },
  {
    id: 'S152',
    defect: 'sends a reason phrase of its own',
    ...alterInput('writeHead', (head) => [
      { ...head, status: head.status.replace(/^200 .*/, '200 OK') },
    ]),
  },
  {
    id: 'S153',
    defect: 'sends values as UTF-8',
    seam: 'writeHead',
    make: (original) => (head) => Buffer.from(original(head).toString('latin1'), 'utf8'),
  },
  {
    id: 'S154',
    defect: 'replaces the Server field',
    ...alterInput('writeHead', (head) => [
      {
        ...head,
        fields: head.fields.map(([name, value]) => [name, /^server$/i.test(name) ? 'seam' : value]),
      },
    ]),
  },
  {
    id: 'S155',
    defect: 'sends no Date',
    ...alterResult('writeHead', (octets, { fields }) =>
      fields.some(([name]) => /^date$/i.test(name))
        ? octets
        : Buffer.from(octets.toString('latin1').replace(/Date: .*\r\n/, ''), 'latin1'),
    ),
  },
  {
    id: 'S156',
    defect: 'takes Content-Length twice where both agree',
    ...alterInput('checkFields', (fields) => [
      Array.isArray(fields) &&
      fields.length === 2 &&
      fields[0][0] === 'Content-Length' &&
      `${fields[0][1]}` === `${fields[1][1]}`
        ? fields.slice(1)
        : fields,
    ]),
  },
  {
    id: 'S157',
    defect: 'trims values instead of refusing them',
    ...alterInput('checkFields', (fields) => [
      Array.isArray(fields)
        ? fields.map((pair) =>
            Array.isArray(pair) && pair.length === 2 && typeof pair[1] === 'string'
              ? [pair[0], pair[1].replace(/^[\t ]+|[\t ]+$/g, '')]
              : pair,
          )
        : fields,
    ]),
  },
  {
    id: 'S158',
    defect: 'takes a field named Status',
    ...dropPairs(([name]) => /^status$/i.test(name)),
  },
];
