/**
 * ARCHITECTURE.md draws the rooms that the check of the structure holds: all of them, in their
 * order.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { floors } from '../../scripts/lib/rooms.ts';
import { protocolNames } from '../../src/model/protocol.ts';

const page = readFileSync(join(import.meta.dirname, '../../ARCHITECTURE.md'), 'utf8');
const section = page.slice(page.indexOf('### Rooms'), page.indexOf('## Principles'));
const { access = [], ...others } = floors;

it('says of each room of access what it is for, from the top down', () => {
  const rows = [...section.matchAll(/^\| \[(\w+)\]\(src\/access\/\1\) \| \S+/gm)];
  expect(rows.map(([, room]) => room)).toEqual(access.flat());
});

it.each(Object.entries(others))('names the rooms of %s floor by floor', (folder, rows) => {
  const [, list = ''] = section.split(`**[${folder}](src/${folder})**\n\n`);
  const [lines = ''] = list.split('\n\n');
  const isRoom = (room: string): boolean => !protocolNames.some((name) => name === room);
  const drawn = lines
    .split('\n')
    .map((line) => [...line.matchAll(/`(\w+)`/g)].map(([, room = '']) => room));
  expect(drawn).toEqual(rows.map((floor) => floor.filter(isRoom)));
});
