// What becomes of the lists of fields that are given to startResponse.
import { only } from './alter.mjs';

/** Makes the fields of a response anew whenever they are asked for, from the list and from copies. */
function watchList(choose) {
  return only(
    'startResponse',
    (_response, _args, { label = '' }) => label.startsWith('SR-COPY'),
    (original, response, args, x) => {
      original(response, args, x);
      const [, list] = args;
      const copies = list.map((pair) => [pair, [...pair]]);
      Object.defineProperty(response, 'fields', { get: () => choose(list, copies) });
    },
  );
}

export const listMutants = [
  {
    id: 'S585',
    defect: 'takes pairs that are added to the list after the call',
    ...watchList((list, copies) => [
      ...copies.map(([, copy]) => copy),
      ...list.filter((pair) => !copies.some(([original]) => original === pair)),
    ]),
  },
  {
    id: 'S586',
    defect: 'leaves out pairs that are taken from the list after the call',
    ...watchList((list, copies) =>
      copies.flatMap(([original, copy]) => (list.includes(original) ? [copy] : [])),
    ),
  },
  {
    id: 'S587',
    defect: 'adds the fields of the call before to those of one with an error',
    ...only(
      'startResponse',
      ({ state }, [, , error]) => state === 'set' && error !== undefined,
      (original, response, ...rest) => {
        const before = response.fields.filter(([name]) => !/^content-length$/i.test(name));
        original(response, ...rest);
        response.fields.push(...before);
      },
    ),
  },
  {
    id: 'S588',
    defect: 'adds the fields of a call that it refuses',
    ...only(
      'startResponse',
      ({ state }, [, , error]) => state === 'set' && error === undefined,
      (original, response, args, x) => {
        const [, list] = args;
        const given = Array.isArray(list) ? list.filter((pair) => /^x-/i.test(pair?.[0])) : [];
        response.fields.push(...given);
        original(response, args, x);
      },
    ),
  },
];
