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

it.each(Object.entries(others))('names the rooms of %s in their order', (folder, rows) => {
  const line =
    section.split('\n').find((text) => text.startsWith(`| [${folder}](src/${folder}) |`)) ?? '';
  const rooms = rows.flat().filter((room) => !protocolNames.some((name) => name === room));
  expect([...line.matchAll(/`(\w+)`/g)].map(([, room]) => room)).toEqual(rooms);
});
