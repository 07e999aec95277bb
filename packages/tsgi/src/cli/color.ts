import { styleText } from 'node:util';
import type { Settings } from '../settings/table.ts';

/** The styles that the command uses. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Gives a text a style, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Paints for a stream: always, never, or where it is a terminal. */
export function createPaint(
  color: Settings['color'],
  stream: { readonly isTTY?: boolean | undefined },
): Paint {
  const painted = color === 'auto' ? stream.isTTY === true : color === 'always';
  return (style, text) => (painted ? styleText(style, text, { validateStream: false }) : text);
}
