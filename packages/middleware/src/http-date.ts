const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = MONTHS.join('|');

// RFC 9110, 5.6.7: HTTP-date = IMF-fixdate / obs-date; obs-date = rfc850-date / asctime-date
const FORMS: readonly RegExp[] = [
  new RegExp(
    String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d\d) (?<month>${MONTH}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$`,
  ),
  new RegExp(
    String.raw`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d\d)-(?<month>${MONTH})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$`,
  ),
  new RegExp(
    String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<month>${MONTH}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$`,
  ),
];

/**
 * Seconds since the epoch of an HTTP-date (RFC 9110, 5.6.7), its two obsolete forms included;
 * `undefined` for anything else. A year of two digits is at most 50 years ahead.
 */
export function parseHttpDate(text: string, now: number = Date.now()): number | undefined {
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts !== undefined) {
      return secondsOf(parts, now);
    }
  }
  return undefined;
}

function secondsOf(parts: Readonly<Record<string, string>>, now: number): number | undefined {
  const [hours = 0, minutes = 0, seconds = 0] = (parts['time'] ?? '').split(':').map(Number);
  const day = Number(parts['day']);
  const month = MONTHS.indexOf(parts['month'] ?? '');
  const year = fullYear(Number(parts['year']), now);
  const date = new Date(Date.UTC(year, month, day));
  const exists = date.getUTCDate() === day && hours < 24 && minutes < 60 && seconds <= 60;
  return exists ? date.getTime() / 1000 + hours * 3600 + minutes * 60 + seconds : undefined;
}

function fullYear(year: number, now: number): number {
  if (year > 99) {
    return year;
  }
  const thisYear = new Date(now).getUTCFullYear();
  const sameCentury = thisYear - (thisYear % 100) + year;
  return sameCentury > thisYear + 50 ? sameCentury - 100 : sameCentury;
}

/** The IMF-fixdate of seconds since the epoch. */
export function writeHttpDate(seconds: number): string {
  return new Date(Math.floor(seconds) * 1000).toUTCString();
}
