/**
 * Writes a picture of a page as a PNG of at most 256 colours: text on plain ground has few, and a
 * third of the bytes.
 */

import { crc32, deflateSync } from 'node:zlib';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Four bytes for each, row by row; the fourth is not read. */
  readonly rgba: Uint8Array;
}

const mostColors = 64;

/** Each rare colour becomes the nearest one of the 256 most common. */
export function encodePng({ width, height, rgba }: Pixels): Buffer {
  const colors = readColors(rgba);
  const palette = choosePalette(colors);
  const places = new Map(palette.map((color, place) => [color, place]));
  const rows = Buffer.alloc(height * (width + 1)); // each begins with 0: no filter
  for (const [index, color] of colors.entries()) {
    const place = places.get(color) ?? findNearest(palette, color);
    places.set(color, place);
    rows[index + Math.floor(index / width) + 1] = place;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3], 8); // 8 bits each, of a palette
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(palette.flatMap(partsOf))),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function readColors(rgba: Uint8Array): Uint32Array {
  const view = new DataView(rgba.buffer, rgba.byteOffset, rgba.byteLength);
  return Uint32Array.from(
    { length: rgba.length / 4 },
    (_, index) => view.getUint32(4 * index) >>> 8,
  );
}

function choosePalette(colors: Uint32Array): readonly number[] {
  const counts = new Map<number, number>();
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
  return [...counts]
    .sort(([one, count], [other, more]) => more - count || one - other)
    .slice(0, mostColors)
    .map(([color]) => color);
}

function findNearest(palette: readonly number[], color: number): number {
  const distances = palette.map((one) => distanceOf(partsOf(one), partsOf(color)));
  return distances.indexOf(Math.min(...distances));
}

function distanceOf(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, part, place) => sum + (part - (other[place] ?? 0)) ** 2, 0);
}

/** Red, green and blue. */
function partsOf(color: number): readonly number[] {
  return [color >> 16, (color >> 8) & 255, color & 255];
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, check]);
}
