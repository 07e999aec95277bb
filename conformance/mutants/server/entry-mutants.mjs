// One entry of the environ each: a check looks at several, and each of them has to be missed.
import { alterEnviron } from './alter.mjs';

const first = (head, name) => head.fields.find(([key]) => key.toLowerCase() === name)?.[1];

/** Maps a field that must not be mapped. */
const maps =
  (name) =>
  (environ, { head }) => {
    const value = first(head, name);
    if (value !== undefined) environ[`HTTP_${name.toUpperCase().replaceAll('-', '_')}`] ??= value;
  };

/** Leaves an entry out. */
const drops = (key) => (environ) => {
  delete environ[key];
};

/** Takes an entry from another one. */
const takes = (key, from) => (environ) => {
  if (environ[from] !== undefined) environ[key] = environ[from];
};

const rows = [
  ['S660', 'maps Keep-Alive', maps('keep-alive')],
  ['S661', 'maps Proxy-Connection', maps('proxy-connection')],
  ['S662', 'maps TE', maps('te')],
  ['S663', 'maps Trailer', maps('trailer')],
  ['S664', 'maps Connection', maps('connection')],
  ['S665', 'maps Upgrade', maps('upgrade')],
  ['S666', 'withholds a field that Connection does not name', drops('HTTP_X_OTHER')],
  ['S667', 'withholds Accept', drops('HTTP_ACCEPT')],
  ['S668', 'withholds Referer', drops('HTTP_REFERER')],
  ['S669', 'withholds Cookie', drops('HTTP_COOKIE')],
  ['S670', 'withholds names with digits', drops('HTTP_X_KIT_9')],
  ['S671', 'withholds Host', drops('HTTP_HOST')],
  ['S672', 'takes HTTP_HOST from X-Forwarded-Host', takes('HTTP_HOST', 'HTTP_X_FORWARDED_HOST')],
  [
    'S673',
    'takes SERVER_PORT from X-Forwarded-Port',
    takes('SERVER_PORT', 'HTTP_X_FORWARDED_PORT'),
  ],
  [
    'S674',
    'takes SCRIPT_NAME from X-Forwarded-Prefix',
    takes('SCRIPT_NAME', 'HTTP_X_FORWARDED_PREFIX'),
  ],
  ['S675', 'sets HTTP_CONTENT_LENGTH as well', takes('HTTP_CONTENT_LENGTH', 'CONTENT_LENGTH')],
  [
    'S676',
    'tells a kind of authentication',
    (environ) => {
      if (environ.HTTP_AUTHORIZATION || environ.HTTP_REMOTE_USER) environ.AUTH_TYPE = 'Basic';
    },
  ],
  [
    'S677',
    'gives the client another port',
    (environ) => {
      environ.REMOTE_PORT = '1';
    },
  ],
  [
    'S678',
    'has a SCRIPT_NAME at the root',
    (environ) => {
      if (environ.SCRIPT_NAME === '') environ.SCRIPT_NAME = '/root';
    },
  ],
  [
    'S679',
    'adds to the path under a mount',
    (environ, { mount }) => {
      if (mount !== '' || environ.PATH_INFO === '*') environ.PATH_INFO += 'x';
    },
  ],
];

export const entryMutants = rows.map(([id, defect, change]) => {
  const altered = alterEnviron((environ, source) => void change(environ, source));
  return Object.assign(altered, { id, defect });
});
