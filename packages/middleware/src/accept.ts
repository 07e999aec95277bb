/** One member of an Accept-like field, with its weight. */
interface Weighted {
  readonly value: string;
  readonly weight: number;
}

// RFC 9110, 12.4.2: weight = OWS ";" OWS "q=" qvalue
function parseWeighted(field: string): readonly Weighted[] {
  return field.split(',').flatMap((member) => {
    const [value = '', ...parameters] = member.split(';').map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const isWeight = q === undefined || /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q);
    return value === '' || !isWeight ? [] : [{ value, weight: q === undefined ? 1 : Number(q) }];
  });
}

/**
 * Which of the media types on offer a client likes best (RFC 9110, 12.5.1): the first one where it
 * says nothing, `undefined` where it wants none of them.
 */
export function preferredType(
  field: string | undefined,
  offered: readonly string[],
): string | undefined {
  if (field === undefined || field.trim() === '') {
    return offered[0];
  }
  const accepted = parseWeighted(field);
  return best(offered, (type) => {
    const [main = ''] = type.split('/');
    for (const wanted of [type, `${main}/*`, '*/*']) {
      const found = accepted.find(({ value }) => value === wanted);
      if (found !== undefined) {
        return found.weight;
      }
    }
    return 0;
  });
}

/**
 * Which of the content codings on offer a client likes best (RFC 9110, 12.5.3); `identity` is
 * acceptable unless it is excluded. `undefined` where none is.
 */
export function preferredCoding(
  field: string | undefined,
  offered: readonly string[],
): string | undefined {
  const accepted = parseWeighted(field ?? '');
  const any = accepted.find(({ value }) => value === '*')?.weight;
  return best(offered, (coding) => {
    const found = accepted.find(
      ({ value }) => value === coding || (value === 'x-gzip' && coding === 'gzip'),
    );
    const unnamed = coding === 'identity' ? (any === 0 ? 0 : 0.0001) : (any ?? 0);
    return found?.weight ?? unnamed;
  });
}

function best(offered: readonly string[], weigh: (value: string) => number): string | undefined {
  let chosen: Weighted | undefined;
  for (const value of offered) {
    const weight = weigh(value);
    if (weight > (chosen?.weight ?? 0)) {
      chosen = { value, weight };
    }
  }
  return chosen?.value;
}
