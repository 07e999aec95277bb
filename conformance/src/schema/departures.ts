/** The part of JSON Schema that the schemas of the kit use. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema | true>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
};

/** Everything in which a value departs from a schema, with the place where it does. */
export function departures(
  schema: Schema,
  value: unknown,
  root: Schema = schema,
  at: string = '$',
): string[] {
  if (schema.$ref !== undefined) {
    const target = root.$defs?.[schema.$ref.slice('#/$defs/'.length)];
    return target === undefined
      ? [`${at}: no ${schema.$ref}`]
      : departures(target, value, root, at);
  }
  if (schema.type !== undefined && !TYPES[schema.type]?.(value)) {
    return [`${at} is no ${schema.type}`];
  }
  const found: string[] = oneOfDepartures(schema, value, root, at);
  if (schema.const !== undefined && value !== schema.const) found.push(`${at} is not the constant`);
  if (schema.enum !== undefined && !schema.enum.includes(value)) found.push(`${at} is not in enum`);
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(String(value))) {
    found.push(`${at} does not match ${schema.pattern}: ${String(value)}`);
  }
  if (schema.minimum !== undefined && Number(value) < schema.minimum)
    found.push(`${at} is too low`);
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return found;
    return [
      ...found,
      ...value.flatMap((item, index) => departures(items, item, root, `${at}[${index}]`)),
    ];
  }
  if (typeof value !== 'object' || value === null) return found;
  return [...found, ...memberDepartures(schema, value as Record<string, unknown>, root, at)];
}

/** Of several forms the one that fits best speaks, where not exactly one fits. */
function oneOfDepartures(schema: Schema, value: unknown, root: Schema, at: string): string[] {
  const { oneOf } = schema;
  if (oneOf === undefined) return [];
  const tries = oneOf.map((form) => departures(form, value, root, at));
  const fitting = tries.filter((found) => found.length === 0).length;
  if (fitting === 1) return [];
  if (fitting > 1) return [`${at} fits ${fitting} forms, not one`];
  return [...(tries.toSorted((a, b) => a.length - b.length)[0] ?? [`${at} fits no form`])];
}

function memberDepartures(
  schema: Schema,
  value: Readonly<Record<string, unknown>>,
  root: Schema,
  at: string,
): string[] {
  const missing = (schema.required ?? []).filter((key) => !Object.hasOwn(value, key));
  return [
    ...missing.map((key) => `${at}.${key} is missing`),
    ...Object.entries(value).flatMap(([key, member]) => {
      const known = schema.properties?.[key];
      if (known === undefined) {
        const other = schema.additionalProperties ?? true;
        if (typeof other === 'object') return departures(other, member, root, `${at}.${key}`);
        return other ? [] : [`${at}.${key} is unknown`];
      }
      return known === true ? [] : departures(known, member, root, `${at}.${key}`);
    }),
  ];
}
