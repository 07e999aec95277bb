// How a mutant changes one seam of the reference without saying more than what is wrong.

/** Lets the reference build the environ, then changes it. */
export function alterEnviron(change) {
  return {
    seam: 'buildEnviron',
    make: (original) => (source) => {
      const environ = original(source);
      return change(environ, source) ?? environ;
    },
  };
}

/** Does something else where `when` says so, and in no other case. */
export function only(seam, when, broken) {
  return {
    seam,
    when,
    make:
      (original) =>
      (...args) =>
        when(...args) ? broken(original, ...args) : original(...args),
  };
}

/** Changes what goes into a seam. */
export function alterInput(seam, change) {
  return {
    seam,
    make:
      (original) =>
      (...args) =>
        original(...change(...args)),
  };
}

/** Changes what comes out of a seam. */
export function alterResult(seam, change) {
  return {
    seam,
    make:
      (original) =>
      (...args) =>
        change(original(...args), ...args),
  };
}

/** Turns one refusal into acceptance: what `excuses` accepts is not thrown. */
export function excuse(seam, excuses, instead = () => undefined) {
  return {
    seam,
    excuses,
    make:
      (original) =>
      (...args) => {
        try {
          return original(...args);
        } catch (error) {
          if (!excuses(error, ...args)) throw error;
          return instead(...args);
        }
      },
  };
}

/** Changes what a response is headed with: `change` gets what `writeHead` would and the exchange. */
export function alterHead(when, change) {
  return only('commit', when, (original, x, known) => {
    const { seams } = x;
    x.seams = { ...seams, writeHead: (head) => seams.writeHead(change(head, x)) };
    original(x, known);
    x.seams = seams;
  });
}
