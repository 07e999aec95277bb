import { alterResult, excuse } from './alter.mjs';

/** Takes the first function among these exports. */
function findAmong(...names) {
  return {
    seam: 'findApplication',
    make: (original) => (exports) => {
      const name = names.find((candidate) => typeof exports[candidate] === 'function');
      return name === undefined ? original(exports) : exports[name];
    },
  };
}

export const moduleMutants = [
  { id: 'S590', defect: 'prefers the export app', ...findAmong('app') },
  {
    id: 'S591',
    defect: 'prefers the export application to app',
    ...findAmong('default', 'application'),
  },
  {
    id: 'S592',
    defect: 'takes the first export for the application, whatever it is',
    seam: 'findApplication',
    make: (original) => (exports) => {
      const first = exports.default ?? exports.app;
      if (first !== undefined && typeof first !== 'function') return () => [];
      return original(exports);
    },
  },
  {
    id: 'S593',
    defect: 'knows only a default export',
    seam: 'findApplication',
    make: (original) => (exports) => original({ default: exports.default }),
  },
  {
    id: 'S594',
    defect: 'serves nothing where a module has no application',
    ...excuse(
      'findApplication',
      () => true,
      () => () => [],
    ),
  },
  { id: 'S595', defect: 'takes any function of a module', ...findAmong('handler', 'main') },
  {
    id: 'S596',
    defect: 'ignores the profile of a module',
    seam: 'findProfile',
    make: (original) => (exports) => {
      original(exports);
      return 'sync';
    },
  },
  {
    id: 'S597',
    defect: 'takes any profile for the synchronous one',
    ...excuse(
      'findProfile',
      () => true,
      () => 'sync',
    ),
  },
  {
    id: 'S598',
    defect: 'ignores the lifespan of a module',
    ...alterResult('findLifespan', () => undefined),
  },
  {
    id: 'S599',
    defect: 'calls every module under the asynchronous profile',
    seam: 'findProfile',
    make: (original) => (exports) => {
      original(exports);
      return 'async';
    },
  },
  {
    id: 'S519',
    defect: 'calls the other exports as well',
    ...alterResult('findApplication', (found, exports) => {
      const others = Object.values(exports).filter(
        (value) => typeof value === 'function' && value !== found,
      );
      return (environ, startResponse) => {
        for (const other of others) other(environ, () => undefined);
        return found(environ, startResponse);
      };
    }),
  },
  {
    id: 'S967',
    defect: 'takes any declaration of a profile for one of the asynchronous profile',
    seam: 'findProfile',
    make: (original) => (exports) => {
      original(exports);
      return exports.profile === undefined ? 'sync' : 'async';
    },
  },
];
