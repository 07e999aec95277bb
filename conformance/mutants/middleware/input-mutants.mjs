/** Middleware that does to the request body what it must not. */
export const inputMutants = [
  {
    id: 'M21',
    defect: 'gives the whole input for any size',
    seam: 'input',
    make: (original) => (mw, environ) => {
      const input = original(mw, environ);
      return { ...input, read: () => input.read() };
    },
  },
  {
    id: 'M21-lost',
    defect: 'loses the first octet of the input',
    seam: 'input',
    make: (original) => (mw, environ) => {
      const input = original(mw, environ);
      let isFirst = true;
      const skip = () => {
        if (isFirst) input.read(1);
        isFirst = false;
      };
      return {
        read: (size) => {
          skip();
          return input.read(...(size === undefined ? [] : [size]));
        },
        [Symbol.iterator]: () => {
          skip();
          return input[Symbol.iterator]();
        },
      };
    },
  },
  {
    id: 'M21-json',
    defect: 'takes the request body where it is JSON',
    seam: 'remember',
    make: (original) => (mw, environ) => {
      if (environ.CONTENT_TYPE === 'application/json' && environ['tsgi.input_buffered']) {
        environ['tsgi.input'].read();
      }
      original(mw, environ);
    },
  },
  {
    id: 'M21-zero',
    defect: 'gives the whole input for read(0)',
    seam: 'input',
    make: (original) => (mw, environ) => {
      const input = original(mw, environ);
      return { ...input, read: (size) => (size ? input.read(size) : input.read()) };
    },
  },
  {
    id: 'M21-negative',
    defect: 'gives nothing for a negative size',
    seam: 'input',
    make: (original) => (mw, environ) => {
      const input = original(mw, environ);
      return { ...input, read: (size) => input.read(size < 0 ? 0 : size) };
    },
  },
  {
    id: 'M21-cut',
    defect: 'takes a request body that was cut short for a whole one',
    seam: 'input',
    make: (original) => (mw, environ) => {
      const input = original(mw, environ);
      let isOver = false;
      const read = (size) => {
        try {
          return isOver ? new Uint8Array(0) : input.read(size);
        } catch (error) {
          if (error.code !== 'ERR_TSGI_INPUT_ABORTED') throw error;
          isOver = true;
          return new Uint8Array(0);
        }
      };
      const iterate = function* () {
        for (let part = read(4); part.length > 0; part = read(4)) yield part;
      };
      return { read, [Symbol.iterator]: iterate };
    },
  },
  {
    id: 'M45',
    defect: 'takes the request body and says nothing of it',
    seam: 'environ',
    make: (original) => (mw, environ) => {
      if (environ['tsgi.async'] && environ['tsgi.input_buffered']) environ['tsgi.input'].read(5);
      return original(mw, environ);
    },
  },
];
