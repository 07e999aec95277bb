// Which mutants a check can tell from the reference at all: the reference runs, and beside each call
// of a seam it is asked what each mutant of that seam would have done.
//
// Rule 1: a check is left out for a mutant only where the two cannot differ. That is so where its seam
// is never called, where the guard of the mutant (`when`, `excuses`) is never true, where the seam is
// a pure function and mutant and original gave equal results in every call, and where nobody touched
// the entries of the environ that the mutant has changed.
import { appendFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { mutants } from './index.mjs';
import { referenceSeams } from './reference/seams.mjs';

/** Seams that only compute: no input is changed, and the result depends on the input alone. */
const PURE = new Set([
  'parseHead',
  'checkHead',
  'resolveTarget',
  'checkMount',
  'wantsClose',
  'mapFields',
  'buildEnviron',
  'checkStatus',
  'checkFields',
  'checkTrailers',
  'wantsTrailers',
  'chooseFraming',
  'writeHead',
  'encodeChunk',
  'encodeEnd',
  'ownAnswer',
  'checkBody',
  'octetsOf',
  'chunksOf',
  'rawFields',
  'describeTls',
  'hasRegion',
  'findApplication',
  'findProfile',
  'findLifespan',
]);

const bySeam = new Map();
for (const mutant of mutants) {
  bySeam.set(mutant.seam, [...(bySeam.get(mutant.seam) ?? []), mutant]);
}

/** The seams of the reference; what was learnt of a check is appended to the file at its end. */
export function traceSeams(label, file) {
  const differing = new Set();
  const traced = Object.entries(referenceSeams).map(([name, original]) => [
    name,
    watch(name, original, differing),
  ]);
  const end = () => {
    appendFileSync(file, `${JSON.stringify([label, [...differing]])}\n`);
  };
  return { seams: Object.fromEntries(traced), end };
}

/** True while a mutant is asked, whose look at an environ is nobody's. */
let asking = false;

function ask(question) {
  asking = true;
  try {
    return question();
  } finally {
    asking = false;
  }
}

function watch(name, original, differing) {
  const rivals = (bySeam.get(name) ?? [])
    .filter(({ entry }) => entry === undefined)
    .map((mutant) => chooseTest(name, original, mutant));
  const note = (isDifferent) => {
    for (const rival of rivals) {
      if (!differing.has(rival.id) && ask(() => isDifferent(rival))) differing.add(rival.id);
    }
  };
  return (...args) => {
    note(({ before }) => before(args));
    if (name === 'buildEnviron') return watchEnviron(original, args, { rivals, differing });
    if (name === 'startUp' && args[0].options.lifespan) noteEntry('tsgi.state', differing);
    try {
      const result = original(...args);
      if (result instanceof Promise)
        result.catch((error) => note(({ thrown }) => thrown(error, args)));
      return name === 'makeInput' ? watchInput(result, () => note(({ used }) => used)) : result;
    } catch (error) {
      note(({ thrown }) => thrown(error, args));
      throw error;
    }
  };
}

const no = () => false;

/** The mutants that show in one entry of the environ. */
const withEntries = mutants.filter(({ entry }) => entry !== undefined);

function noteEntry(name, differing) {
  for (const { id, entry } of withEntries) if (entry === name) differing.add(id);
}

/** When a mutant shows: before the call, by what the original throws, or when its result is used. */
function chooseTest(name, original, { id, make, when, excuses, stateful }) {
  const test = { id, before: no, thrown: no, used: false, rival: undefined };
  if (when !== undefined) return { ...test, before: (args) => when(...args) };
  if (excuses !== undefined) {
    return { ...test, thrown: (error, args) => accepts(() => excuses(error, ...args)) };
  }
  if (stateful) return { ...test, before: () => true };
  if (name === 'makeInput') return { ...test, used: true };
  const rival = make(original);
  if (name === 'buildEnviron') return { ...test, rival };
  if (!PURE.has(name)) return { ...test, before: () => true };
  return { ...test, before: (args) => !isSame(attempt(original, args), attempt(rival, args)) };
}

/** A guard that throws has found a difference too. */
function accepts(test) {
  try {
    return test();
  } catch {
    return true;
  }
}

/** An input shows what is wrong with it when it is read or iterated. */
function watchInput(input, use) {
  return {
    read: (size) => {
      use();
      return input.read(size);
    },
    [Symbol.iterator]: () => {
      use();
      return input[Symbol.iterator]();
    },
  };
}

/** An environ shows what is wrong with an entry when the application touches that entry. */
function watchEnviron(original, args, { rivals, differing }) {
  const environ = original(...args);
  const open = rivals.flatMap(({ id, rival }) =>
    rival === undefined || differing.has(id)
      ? []
      : [{ id, difference: compareEnvirons(environ, rival(...args)) }],
  );
  for (const { id, entry } of withEntries) {
    const difference = { keys: new Set([entry]), inherits: false, fixed: false };
    if (!differing.has(id)) open.push({ id, difference });
  }
  const note = (isSeen) => {
    if (asking) return;
    for (const { id, difference } of open) if (isSeen(difference)) differing.add(id);
  };
  const touch = (key) =>
    note(({ keys, inherits }) => keys.has(key) || (inherits && !Object.hasOwn(environ, key)));
  const change = (key) => note(({ keys, fixed }) => fixed || keys.has(key));
  const look = () => note(({ keys, inherits, fixed }) => keys.size > 0 || inherits || fixed);
  return new Proxy(environ, {
    get: (target, key, self) => (touch(key), Reflect.get(target, key, self)),
    has: (target, key) => (touch(key), Reflect.has(target, key)),
    getOwnPropertyDescriptor: (target, key) => {
      note(({ keys, fixed }) => fixed || keys.has(key));
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    set: (target, key, value) => (change(key), Reflect.set(target, key, value)),
    deleteProperty: (target, key) => (change(key), Reflect.deleteProperty(target, key)),
    defineProperty: (...rest) => (look(), Reflect.defineProperty(...rest)),
    ownKeys: (target) => (look(), Reflect.ownKeys(target)),
    getPrototypeOf: (target) => (look(), Reflect.getPrototypeOf(target)),
    isExtensible: (target) => (look(), Reflect.isExtensible(target)),
    preventExtensions: (target) => (look(), Reflect.preventExtensions(target)),
  });
}

/** In which entries two environs differ, and whether in what they inherit and what can be changed. */
function compareEnvirons(one, other) {
  const [mine, yours] = [one, other].map(Object.getOwnPropertyDescriptors);
  const keys = new Set([...Reflect.ownKeys(mine), ...Reflect.ownKeys(yours)]);
  let fixed = Object.isExtensible(one) !== Object.isExtensible(other);
  for (const key of keys) {
    const isThere = key in mine && key in yours;
    if (isThere && isSame(one[key], other[key])) {
      keys.delete(key);
      fixed ||= !isSameProperty(mine[key], yours[key]);
    }
  }
  const inherits = Object.getPrototypeOf(one) !== Object.getPrototypeOf(other);
  return { keys, inherits, fixed };
}

function attempt(run, args) {
  try {
    return { result: run(...args) };
  } catch (error) {
    return { thrown: `${error?.code} ${error?.message}` };
  }
}

/** Equal by value, but functions and objects with an identity of their own by identity. */
function isSame(one, other) {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  if (one === null || other === null) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (ArrayBuffer.isView(one)) return isDeepStrictEqual(one, other);
  const [mine, yours] = [one, other].map(Object.getOwnPropertyDescriptors);
  const keys = Reflect.ownKeys(mine);
  return (
    Object.isFrozen(one) === Object.isFrozen(other) &&
    isDeepStrictEqual(keys, Reflect.ownKeys(yours)) &&
    keys.every((key) => isSameProperty(mine[key], yours[key]))
  );
}

function isSameProperty(one, other) {
  const names = ['get', 'set', 'writable', 'enumerable', 'configurable'];
  return names.every((name) => one[name] === other[name]) && isSame(one.value, other.value);
}
