/** The variables of a process. */
type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Takes the variables of the request out of an environment. Those that clients choose the names of
 * (`Proxy: …` becomes HTTP_PROXY) are gone from it then: no library takes one for a setting.
 */
export function takeRequestVariables(env: Record<string, string | undefined>): Variables {
  const variables = { ...env };
  for (const name of Object.keys(env)) {
    if (/^HTTP_/i.test(name) && (name.startsWith('HTTP_') || process.platform === 'win32')) {
      delete env[name];
    }
  }
  return variables;
}
