import { CommandError, EXIT } from '../cli/command-error.ts';

/** A value that has no place in a configuration: wrong usage. */
export function refuse(message: string): CommandError {
  return new CommandError(EXIT.usage, message);
}

/** C0, DEL and C1 characters: in no syntax is a value with one of them what it looks like. */
const CONTROL = /\p{Cc}/u;

/** Gives a text back that fits in a line. Throws a CommandError where it has control characters. */
export function oneLine(label: string, text: string): string {
  if (CONTROL.test(text)) {
    throw refuse(`${label} holds a control character; got ${JSON.stringify(text)}`);
  }
  return text;
}

/** Gives a text back that matches. Throws a CommandError that says what it takes. */
export function matching(label: string, text: string, rule: Rule): string {
  if (!rule.pattern.test(text)) {
    throw refuse(`${label} takes ${rule.takes}; got ${JSON.stringify(text)}`);
  }
  return text;
}

/** What a text has to look like, and how messages say it. */
export interface Rule {
  readonly pattern: RegExp;
  readonly takes: string;
}

/** RFC 1123 section 2.1, with the wildcards that nginx and Apache know. */
export const HOST_NAME: Rule = {
  pattern: /^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_-]+)*\.?$/,
  takes: 'a host name of ASCII letters, digits, dots and hyphens, or *.NAME',
};

/** An address without brackets, or a host name. */
export const HOST: Rule = {
  pattern: /^[A-Za-z0-9_.:%-]+$/,
  takes: 'a host name or an IP address',
};

/** A path of a URL that means the same in a location, a regular expression and an alias. */
export const PLAIN_PATH: Rule = {
  pattern: /^(?:\/[A-Za-z0-9_.~@:+,=-]+)+$/,
  takes: 'a path such as /shop of ASCII letters, digits and ._~@:+,=-, without a slash at its end',
};

/** POSIX.1-2017 section 3.437. */
export const USER_NAME: Rule = {
  pattern: /^[A-Za-z0-9._][A-Za-z0-9._-]*$/,
  takes: 'the name of a user',
};

/** What a unit of systemd, a group of servers and a directory in /run may be called. */
export const NAME: Rule = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
  takes: 'a name of ASCII letters, digits, _ and -',
};
