const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? ([0-9.e+-]+|\+Inf|-Inf|NaN)$/;

interface Family {
  readonly name: string;
  readonly type: string;
}

/**
 * Reads the text format of Prometheus 0.0.4, and throws for everything that its rules forbid: a
 * sample without HELP and TYPE before it, a family in two places, a sample twice, a counter without
 * `_total` or below zero, a histogram whose buckets do not rise to its count.
 */
export function parseMetrics(text: string): ReadonlyMap<string, number> {
  if (!text.endsWith('\n')) {
    throw new Error('the last line has no end');
  }
  const samples = new Map<string, number>();
  const families = new Set<string>();
  let helped: string | undefined;
  let family: Family | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      check(NAME.test(name) && !families.has(name), `family ${name} comes twice, or has no name`);
      families.add(name);
      helped = name;
    } else if (kind === 'TYPE') {
      check(helped === name, `TYPE of ${name} without its HELP`);
      check(['counter', 'gauge', 'histogram'].includes(rest), `type ${rest}`);
      check(rest !== 'counter' || name.endsWith('_total'), `counter ${name} without _total`);
      family = { name, type: rest };
    } else {
      readSample(line, family, samples);
    }
  }
  checkHistograms(samples);
  return samples;
}

function readSample(line: string, family: Family | undefined, samples: Map<string, number>): void {
  const [, name = '', labels, text = ''] = SAMPLE.exec(line) ?? [];
  check(name !== '', `no sample: ${line}`);
  const suffixes = family?.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  const names = suffixes.map((suffix) => `${family?.name ?? ''}${suffix}`);
  check(names.includes(name), `${name} does not belong to ${family?.name}`);
  check(name.startsWith('tsgi_'), `${name} does not begin with tsgi_`);
  const key = labels === undefined ? name : `${name}{${labels}}`;
  check(!samples.has(key), `${key} comes twice`);
  const value = text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text);
  check(family?.type !== 'counter' || value >= 0, `${key} is ${value}`);
  samples.set(key, value);
}

function checkHistograms(samples: ReadonlyMap<string, number>): void {
  let before = 0;
  for (const [key, value] of samples) {
    const bucket = /^(.*)_bucket\{le="([^"]*)"\}$/.exec(key);
    if (bucket !== null) {
      check(value >= before, `${key} falls`);
      before = bucket[2] === '+Inf' ? 0 : value;
      check(
        bucket[2] !== '+Inf' || samples.get(`${bucket[1]}_count`) === value,
        `${bucket[1]}_count is not its last bucket`,
      );
    }
  }
}

function check(condition: boolean, message: string): void {
  if (!condition) {
    throw new Error(message);
  }
}
