import { expect, it } from 'vitest';
import { checkFloors, checkRooms, describeRooms, floors } from './rooms.ts';
import { createSourceFile, type Finding } from './source-file.ts';

const filesOf = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([path, text]) => createSourceFile(path, text));

const check = (path: string, text: string): readonly Finding[] =>
  checkRooms(filesOf({ [path]: text }));

/** Every two rooms of every big folder, and whether the second is on a lower floor. */
const pairs = Object.entries(floors).flatMap(([folder, rows]) =>
  rows.flatMap((row, floor) =>
    row.flatMap((from) =>
      rows.flatMap((others, otherFloor) =>
        others.map((to) => ({ folder, from, to, isAllowed: otherFloor > floor || from === to })),
      ),
    ),
  ),
);

it('lets a room import from itself and from lower floors, and from nowhere else in its folder', () => {
  expect(pairs.length).toBeGreaterThan(400);
  for (const { folder, from, to, isAllowed } of pairs) {
    const found = check(`src/${folder}/${from}/a.ts`, `import { b } from '../${to}/b.ts';`);
    expect(found.length, `${folder}: ${from} -> ${to}`).toBe(isAllowed ? 0 : 1);
  }
});

it.each([
  ['a type', "import type { B } from '../run/b.ts';"],
  ['what is loaded later', "export const b = import('../run/b.ts');"],
  ['what is exported again', "export { b } from '../run/b.ts';"],
  ['a type that is named in place', "export type B = import('../run/b.ts').B;"],
  ['a file of a folder in the room', "import { b } from '../run/deeper/b.ts';"],
])('refuses %s from above', (_name, text) => {
  expect(check('src/access/classify/deeper/a.ts', text.replace('../', '../../'))).toMatchObject([
    { path: 'src/access/classify/deeper/a.ts', line: 1, rule: 'room' },
  ]);
});

it('says where the import points, which rooms may be known, and what to do', () => {
  const [found] = check('src/access/memory/a.ts', "\nimport { b } from '../spending/b.ts';");
  expect(found).toEqual({
    path: 'src/access/memory/a.ts',
    line: 2,
    rule: 'room',
    message:
      'spending/b.ts stands beside access/memory, which may know classify, waiting, wording: declare here the part of it that you need, or move what both need into a room below',
  });
  const [above] = check('src/protocols/json/a.ts', "import { b } from '../openai-chat/b.ts';");
  expect(above?.message).toContain(
    'stands above protocols/json, which knows no other room of protocols: declare here',
  );
});

it.each([
  ['another part', 'src/access/wording/a.ts', "import { b } from '../../model/b.ts';"],
  ['a package', 'src/access/wording/a.ts', "import { b } from 'yaml';"],
  ['a test', 'src/access/wording/a.test.ts', "import { b } from '../run/b.ts';"],
  ['a part that has no rooms', 'src/store/sqlite/a.ts', "import { b } from '../memory/b.ts';"],
])('leaves %s alone', (_name, path, text) => {
  expect(check(path, text)).toEqual([]);
});

it('finds a file that stands in no room, and a room without a file', () => {
  const rooms = Object.entries(floors).flatMap(([folder, rows]) =>
    rows.flat().map((room) => [`src/${folder}/${room}/a.ts`, ''] as const),
  );
  const all = Object.fromEntries(rooms);
  expect(checkFloors(filesOf(all))).toEqual([]);
  const { 'src/access/decide/a.ts': _, ...less } = all;
  const found = checkFloors(
    filesOf({ ...less, 'src/access/a.ts': '', 'src/explain/deep/a.ts': '' }),
  );
  expect(found.map(({ path }) => path)).toEqual([
    'src/access/a.ts',
    'src/explain/deep/a.ts',
    'scripts/lib/rooms.ts',
  ]);
  expect(found[0]?.message).toContain('move it into one of run, report');
  expect(found[2]?.message).toContain('access/decide has a floor and no files');
});

it('counts two imports of one room by another as one arrow', () => {
  const lines = describeRooms(
    filesOf({
      'src/explain/doctor/a.ts': "import '../why/a.ts';\nimport '../why/b.ts';",
      'src/explain/doctor/b.ts': "import '../why/a.ts';\nimport '../plan/a.ts';",
      'src/explain/why/a.ts': "import '../plan/a.ts';",
    }),
  );
  expect(lines.find((line) => line.startsWith('explain'))).toBe(
    'explain     4 rooms on 3 floors, 3 arrows, 1 up',
  );
});
