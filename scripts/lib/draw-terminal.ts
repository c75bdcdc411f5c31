/** Draws a terminal as an SVG, from the text and colours that tmux has captured of a pane. */

import { widthOf } from '../../src/chat/markdown/text.ts';

const cell = { width: 8.4, height: 19, size: 14, margin: 16 } as const;
const escapeByte = '\x1b';
const ground = '#16181d';
const ink = '#d7dae0';
/** The colours of the SGR numbers that the chat uses. */
const inks: Readonly<Record<string, string>> = { '35': '#c49cf0', '36': '#6fc3c9' };

/** `painted`: lines with SGR codes, as `tmux capture-pane -e` gives them. */
export function drawTerminal(painted: string, columns: number): string {
  const lines = painted.trimEnd().split('\n');
  const width = Math.ceil(columns * cell.width + 2 * cell.margin);
  const height = lines.length * cell.height + 2 * cell.margin;
  const font = `font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${cell.size}"`;
  const texts = lines.flatMap((line, row) =>
    drawLine(line, cell.margin + (row + 0.75) * cell.height),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${font}>`,
    `<rect width="100%" height="100%" rx="8" fill="${ground}"/>`,
    ...texts,
    '</svg>',
    '',
  ].join('\n');
}

function drawLine(line: string, y: number): readonly string[] {
  let column = 0;
  let codes: readonly string[] = [];
  return line.split(new RegExp(`(${escapeByte}\\[[\\d;]*m)`)).flatMap((part) => {
    const set = part.startsWith(`${escapeByte}[`) ? part.slice(2, -1) : undefined;
    if (set !== undefined) {
      codes = set.split(';').reduce(takeCode, codes);
      return [];
    }
    const x = cell.margin + column * cell.width;
    column += widthOf(part);
    return part.trim() === '' ? [] : [drawText(part, codes, { x, y })];
  });
}

/** 0 resets everything, 39 the colour. */
function takeCode(codes: readonly string[], code: string): readonly string[] {
  if (code === '0' || code === '') return [];
  return code === '39' ? codes.filter((one) => inks[one] === undefined) : [...codes, code];
}

function drawText(
  text: string,
  codes: readonly string[],
  { x, y }: { readonly x: number; readonly y: number },
): string {
  const color = codes.map((code) => inks[code]).find((found) => found !== undefined) ?? ink;
  const looks = [
    codes.includes('1') ? ' font-weight="bold"' : '',
    codes.includes('3') ? ' font-style="italic"' : '',
    codes.includes('4') ? ' text-decoration="underline"' : '',
    codes.includes('2') ? ' opacity="0.6"' : '',
  ].join('');
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const length = `textLength="${(widthOf(text) * cell.width).toFixed(1)}"`;
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${color}"${looks} ${length} xml:space="preserve">${escaped}</text>`;
}
