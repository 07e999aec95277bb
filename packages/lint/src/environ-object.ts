import { describeValue, quote } from './describe-value.ts';
import { isCgiKey } from './grammar.ts';
import { type Observation, outer } from './roles.ts';

const PROBE = 'tsgi-lint.probe';

// What shells, init systems and container runtimes set; no gateway has ever used these names.
const PROCESS_VARIABLES: ReadonlySet<string> = new Set([
  'DISPLAY',
  'HOME',
  'HOSTNAME',
  'LANG',
  'LOGNAME',
  'NODE_ENV',
  'NODE_OPTIONS',
  'OLDPWD',
  'PATH',
  'PWD',
  'SHELL',
  'SHLVL',
  'TERM',
  'TMPDIR',
  'USER',
]);

/** What is wrong with environ as an object and with its keys, one observation for each rule. */
export function observeObject(environ: object): readonly Observation[] {
  const found = [inherited(environ), ...observeProperties(environ), plain(environ)];
  return found.filter((observation) => observation !== undefined);
}

function inherited(environ: object): Observation | undefined {
  let proto: unknown = Object.getPrototypeOf(environ);
  while (typeof proto === 'object' && proto !== null) {
    const key = Reflect.ownKeys(proto)[0];
    if (key !== undefined) {
      return outer('ENV-PROTO', `an inherited property ${quote(String(key))}`);
    }
    proto = Object.getPrototypeOf(proto);
  }
  return undefined;
}

const name = (entry: { readonly key: string | symbol }): string => quote(String(entry.key));

function observeProperties(environ: object): readonly (Observation | undefined)[] {
  const properties = Reflect.ownKeys(environ).map((key) => {
    return { key, property: Object.getOwnPropertyDescriptor(environ, key) ?? {} };
  });
  const accessor = properties.find(
    ({ property }) => !('value' in property) || property.enumerable !== true,
  );
  const fixed = properties.find(
    ({ property }) => property.writable === false || property.configurable !== true,
  );
  const misnamed = properties.find(({ key }) => !isKey(key));
  const variable = properties.find(({ key }) => PROCESS_VARIABLES.has(String(key)));
  return [
    accessor && outer('ENV-OWN', `${name(accessor)} as no enumerable data property`),
    fixed && outer('ENV-MUTABLE', `${name(fixed)} as a property that cannot be changed`),
    Object.isExtensible(environ)
      ? undefined
      : outer('ENV-MUTABLE', 'an environ that takes no new entries'),
    misnamed && outer('ENV-KEYS', `the key ${name(misnamed)}`),
    variable && outer('ENV-OS', `the key ${name(variable)}`),
  ];
}

/** Whether a property key can be a key of environ. */
function isKey(key: string | symbol): boolean {
  return typeof key === 'string' && (isCgiKey(key) || key.includes('.'));
}

// A stored object comes back as it is: process.env would give a string, a Proxy what it likes.
function plain(environ: object): Observation | undefined {
  if (!Object.isExtensible(environ)) {
    return undefined;
  }
  try {
    const token = {};
    Reflect.set(environ, PROBE, token);
    const kept: unknown = Reflect.get(environ, PROBE);
    Reflect.deleteProperty(environ, PROBE);
    return kept === token
      ? undefined
      : outer('ENV-PLAIN', `${describeValue(kept)} after an object was stored`);
  } catch (error) {
    return outer('ENV-PLAIN', `${describeValue(error)} when an object was stored`, error);
  }
}
