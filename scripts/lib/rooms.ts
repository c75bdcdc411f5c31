/**
 * The rooms of the big folders and their allowed imports; ARCHITECTURE.md describes each. Rule
 * `room`.
 */

import { findImports } from './imports.ts';
import { type Finding, isProductFile, type SourceFile } from './source-file.ts';

/**
 * Floors from top to bottom. A room imports only from rooms on lower floors of its folder, never
 * from one beside it.
 */
export const floors: Readonly<Record<string, readonly (readonly string[])[]>> = {
  access: [
    ['run'],
    ['report'],
    ['request'],
    ['answer'],
    ['tasks'],
    ['select', 'decide'],
    ['memory', 'spending'],
    ['classify', 'waiting', 'wording'],
  ],
  cli: [['main'], ['program'], ['commands'], ['doctor'], ['service'], ['context'], ['terminal']],
  config: [['holder'], ['resolve'], ['yaml', 'files'], ['schema', 'secrets', 'resolved']],
  credentials: [
    ['inspect'],
    ['sources'],
    ['oauth', 'pool'],
    ['stored', 'health', 'redact'],
    ['recent'],
  ],
  explain: [['snapshot'], ['doctor'], ['plan', 'why']],
  protocols: [
    ['anthropic-messages', 'google-generate-content', 'openai-chat', 'openai-responses', 'passed'],
    ['body', 'openai'],
    ['contract'],
    ['translation', 'content'],
    ['json'],
  ],
};

/** An import from one room of a folder into another. */
interface Arrow {
  readonly path: string;
  readonly line: number;
  readonly folder: string;
  readonly from: string;
  readonly to: string;
  /** The path of the imported file inside its folder. */
  readonly target: string;
}

/** Finds imports between rooms of one folder that do not go down, and rooms without a floor. */
export function checkRooms(files: readonly SourceFile[]): readonly Finding[] {
  return findArrows(files).flatMap((arrow) => {
    const message = judgeArrow(arrow);
    return message === undefined
      ? []
      : [{ path: arrow.path, line: arrow.line, rule: 'room' as const, message }];
  });
}

/** Finds files outside of every room, and rooms that do not exist; needs the whole tree. */
export function checkFloors(files: readonly SourceFile[]): readonly Finding[] {
  const product = files.filter(({ path }) => isProductFile(path) && folderOf(path) in floors);
  const homeless = product.flatMap(({ path }) => {
    const known = floors[folderOf(path)]?.flat() ?? [];
    const message = `it stands in no room of ${folderOf(path)}: move it into one of ${known.join(', ')}; a new room gets its floor in scripts/lib/rooms.ts, and a line in ARCHITECTURE.md`;
    return known.includes(roomOf(path)) ? [] : [{ path, line: 1, rule: 'room' as const, message }];
  });
  const there = new Set(product.map(({ path }) => `${folderOf(path)}/${roomOf(path)}`));
  const gone = Object.entries(floors)
    .flatMap(([folder, rows]) => rows.flat().map((room) => `${folder}/${room}`))
    .filter((room) => !there.has(room))
    .map((room) => ({
      path: 'scripts/lib/rooms.ts',
      line: 1,
      rule: 'room' as const,
      message: `${room} has a floor and no files: take it out of the table`,
    }));
  return [...homeless, ...gone];
}

/**
 * Returns one line for each big folder: its rooms, floors and arrows, and the arrows that do not go
 * down.
 */
export function describeRooms(files: readonly SourceFile[]): readonly string[] {
  const arrows = findArrows(files);
  return Object.entries(floors).map(([folder, rows]) => {
    const own = arrows.filter((arrow) => arrow.folder === folder);
    const up = own.filter((arrow) => judgeArrow(arrow) !== undefined);
    const counts = [rows.flat().length, rows.length, countPairs(own), countPairs(up)];
    const [rooms, levels, pairs, upwards] = counts.map(String);
    return `${folder.padEnd(11)} ${rooms} rooms on ${levels} floors, ${pairs} arrows, ${upwards} up`;
  });
}

function countPairs(arrows: readonly Arrow[]): number {
  return new Set(arrows.map(({ from, to }) => `${from} ${to}`)).size;
}

function findArrows(files: readonly SourceFile[]): readonly Arrow[] {
  const inside = files.filter(({ path }) => isProductFile(path) && folderOf(path) in floors);
  return inside.flatMap((file) => {
    const folder = folderOf(file.path);
    const from = roomOf(file.path);
    return findImports(file).flatMap(({ path = '', line }) => {
      const to = roomOf(path);
      if (!path.startsWith(`src/${folder}/`) || from === to) return [];
      return [
        { path: file.path, line, folder, from, to, target: path.slice(`src/${folder}/`.length) },
      ];
    });
  });
}

function judgeArrow({ folder, from, to, target }: Arrow): string | undefined {
  const rows = floors[folder] ?? [];
  const [floor, targetFloor] = [from, to].map((room) =>
    rows.findIndex((row) => row.includes(room)),
  );
  if (floor === undefined || targetFloor === undefined || floor < 0 || targetFloor < 0)
    return undefined;
  if (targetFloor > floor) return undefined;
  const where = targetFloor === floor ? 'beside' : 'above';
  const below = rows.slice(floor + 1).flat();
  const may =
    below.length === 0 ? `knows no other room of ${folder}` : `may know ${below.join(', ')}`;
  return `${target} stands ${where} ${folder}/${from}, which ${may}: declare here the part of it that you need, or move what both need into a room below`;
}

/** Returns `access` for `src/access/run/access.ts`. */
function folderOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/**
 * Returns the folder inside a big one that a file is in, or the file's own name if it is directly
 * there.
 */
function roomOf(path: string): string {
  return path.split('/')[2]?.replace(/\.ts$/, '') ?? '';
}
