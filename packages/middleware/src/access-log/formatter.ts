import { type AccessFormatter, COMBINED, compileFormat } from './custom-format.ts';
import { devFormat } from './dev-format.ts';
import { formatJson } from './json-format.ts';
import type { AccessRecord } from './record.ts';

const plainCombined = compileFormat(COMBINED);

/** The combined log format of Apache; a line ends in ` ~` where the response was cut off. */
export function formatCombined(record: AccessRecord): string {
  const line = plainCombined(record);
  return record.aborted ? `${line} ~` : line;
}

/** The names of the formats that come with this package. */
export type AccessFormatName = 'combined' | 'json' | 'dev';

/**
 * The formatter of a name, of a format with atoms, or the function given. Throws a RangeError for a
 * word that is none, and for an unknown atom.
 */
export function accessFormatter(
  format: AccessFormatName | `${string}%${string}` | AccessFormatter,
  color = false,
): AccessFormatter {
  if (typeof format === 'function') {
    return format;
  }
  switch (format) {
    case 'combined':
      return formatCombined;
    case 'json':
      return formatJson;
    case 'dev':
      return devFormat({ color });
    default:
      if (typeof format !== 'string' || !format.includes('%')) {
        throw new RangeError(
          `a format is combined, json, dev, or has atoms; got ${JSON.stringify(format)}`,
        );
      }
      return compileFormat(format);
  }
}
