/** `maxBodySize` → `max-body-size`: the flag of a setting, without its dashes. */
export function flagOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `maxBodySize` → `TSGI_MAX_BODY_SIZE`: the environment variable of a setting. */
export function variableOf(name: string): string {
  return `TSGI_${flagOf(name).replaceAll('-', '_').toUpperCase()}`;
}
