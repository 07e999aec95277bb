// Node.js has this symbol on every version in question; the library of ES2023 does not know it.
const names = ['dispose', 'asyncDispose'] as const;

/**
 * Gives a stand-in the methods that `using` would call. Some engines have them on every iterator,
 * so that whoever calls them closes twice on those; `onUse` hears of it.
 */
export function guardDispose<T extends object>(
  standIn: T,
  behind: object,
  onUse: (name: string) => void,
): T {
  for (const name of names) {
    const symbol: unknown = Reflect.get(Symbol, name);
    if (typeof symbol === 'symbol') {
      Object.defineProperty(standIn, symbol, {
        value: (): unknown => {
          onUse(name);
          const method: unknown = Reflect.get(behind, symbol);
          return typeof method === 'function' ? Reflect.apply(method, behind, []) : undefined;
        },
      });
    }
  }
  return standIn;
}
