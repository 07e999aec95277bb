// Seams of the environ and of the input.

const UNMAPPED = new Set(
  `connection keep-alive proxy-connection te trailer transfer-encoding upgrade proxy
  content-length`.split(/\s+/),
);
const MULTITHREAD = false;

/** An error with a code of the standard. */
export function fault(code, message = code) {
  return Object.assign(new Error(message), { code });
}

export function mapFields(fields) {
  const named = new Set(
    fields
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.toLowerCase().split(/[\t ]*,[\t ]*/)),
  );
  const mapped = {};
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    if (/[^a-z\d-]/.test(lower) || UNMAPPED.has(lower)) continue;
    if (lower !== 'host' && named.has(lower)) continue;
    const key = lower === 'content-type' ? 'CONTENT_TYPE' : `HTTP_${keyOf(lower)}`;
    const joint = lower === 'cookie' ? '; ' : ', ';
    mapped[key] = Object.hasOwn(mapped, key) ? `${mapped[key]}${joint}${value}` : value;
  }
  return mapped;
}

function keyOf(lower) {
  return lower.toUpperCase().replaceAll('-', '_');
}

/** An object that inherits nothing: its prototype is empty and has none itself. */
const NOTHING = Object.freeze(Object.create(null));

export function buildEnviron({
  head,
  target,
  fields,
  local,
  remote,
  mount,
  inputs,
  scheme,
  errors,
  extensions,
  onFinish,
}) {
  return Object.assign(Object.create(NOTHING), {
    REQUEST_METHOD: head.method,
    SCRIPT_NAME: target.path === '*' ? '' : mount,
    PATH_INFO: target.path === '*' ? '*' : target.path.slice(mount.length),
    QUERY_STRING: target.query,
    REQUEST_URI: head.target,
    SERVER_NAME: local.address,
    SERVER_PORT: String(local.port),
    SERVER_PROTOCOL: head.version,
    REMOTE_ADDR: remote.address,
    REMOTE_PORT: String(remote.port),
    ...fields,
    ...(target.authority === undefined ? {} : { HTTP_HOST: target.authority }),
    ...(inputs.length === undefined ? {} : { CONTENT_LENGTH: String(inputs.length) }),
    'tsgi.version': [1, 0],
    'tsgi.url_scheme': scheme,
    'tsgi.input': inputs.sync,
    'tsgi.input_buffered': inputs.buffered,
    'tsgi.errors': errors,
    'tsgi.multithread': MULTITHREAD,
    'tsgi.multiprocess': false,
    'tsgi.run_once': false,
    'tsgi.interleaved': true,
    'tsgi.async': inputs.async !== undefined,
    'tsgi.on_finish': onFinish,
    ...(inputs.async === undefined ? {} : { 'tsgi.async_input': inputs.async }),
    ...extensions,
  });
}

/** The synchronous input over a body that is all here. */
export function makeInput(bytes, lock = () => undefined) {
  let position = 0;
  const take = (size) => {
    const part = new Uint8Array(bytes.subarray(position, position + size));
    position += part.length;
    return part;
  };
  function* chunks() {
    while (position < bytes.length) yield take(65_536);
  }
  return {
    read(size) {
      if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) {
        throw new RangeError(`the size ${String(size)} is no number of octets`);
      }
      lock();
      return take(size ?? bytes.length);
    },
    [Symbol.iterator]() {
      lock();
      return chunks();
    },
  };
}

function refuseUnbuffered() {
  throw fault('ERR_TSGI_INPUT_UNBUFFERED');
}

/** Both inputs over a body that may still be on its way; whichever is used first locks the other. */
export function makeInputs(iterator, whole) {
  let user;
  const lock = (name) => {
    if (user !== undefined && (user !== name || name === 'async')) {
      throw fault('ERR_TSGI_INPUT_LOCKED');
    }
    user = name;
  };
  return {
    buffered: whole !== undefined,
    sync:
      whole === undefined
        ? { read: refuseUnbuffered, [Symbol.iterator]: refuseUnbuffered }
        : makeInput(whole, () => lock('sync')),
    async: {
      [Symbol.asyncIterator]: () => {
        lock('async');
        return iterator;
      },
    },
  };
}
