/** The list of clients that are being answered: when one leaves, the others stay. */

import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { type Caller, Callers } from './callers.ts';

const names = ['a', 'b', 'c', 'd'];
const soundOut = (): void => undefined;
const nobody = {
  id: 'hfr_1',
  name: undefined,
  headers: {},
  since: 1000,
  sink: { target: undefined, firstAt: undefined, bytes: 0 },
};

function setUp() {
  const callers = new Callers();
  const ended: string[] = [];
  const present = new Map<string, { readonly caller: Caller; readonly socket: Duplex }>();
  for (const name of names) {
    const socket = new Duplex();
    present.set(name, {
      caller: callers.add({ ...nobody, socket, endEarly: () => ended.push(name), soundOut }),
      socket,
    });
  }
  const leave = (name: string): void => {
    const found = present.get(name);
    if (found !== undefined) callers.remove(found.caller);
  };
  return { callers, ended, present, leave };
}

it.each([
  { leaving: [], left: 'abcd' },
  { leaving: ['a'], left: 'bcd' },
  { leaving: ['d'], left: 'abc' },
  { leaving: ['b', 'd'], left: 'ac' },
  { leaving: ['a', 'a', 'd'], left: 'bc' },
  { leaving: ['c', 'a', 'b', 'd'], left: '' },
])('ends all but those who left: $leaving', ({ leaving, left }) => {
  const { callers, ended, present, leave } = setUp();
  for (const name of leaving) leave(name);
  expect(callers.count).toBe(left.length);
  for (const [name, { socket }] of present) expect(callers.has(socket)).toBe(left.includes(name));
  callers.endAll();
  expect(ended.sort().join('')).toBe(left);
});

it('ends everybody, though each one leaves as he is ended', () => {
  const callers = new Callers();
  let ended = 0;
  for (let index = 0; index < 5; index++) {
    const endEarly = (): void => {
      ended += 1;
      callers.remove(caller);
    };
    const caller: Caller = callers.add({ ...nobody, socket: new Duplex(), endEarly, soundOut });
  }
  callers.endAll();
  expect([ended, callers.count]).toEqual([5, 0]);
});

it('sounds out those of one socket only', () => {
  const callers = new Callers();
  const sounded: string[] = [];
  const [closing, other] = [new Duplex(), new Duplex()];
  for (const [name, socket] of Object.entries({ closing, other }))
    callers.add({
      ...nobody,
      socket,
      endEarly: () => undefined,
      soundOut: () => sounded.push(name),
    });
  callers.soundOut(closing);
  expect(sounded).toEqual(['closing']);
});

it('tells what is on its way, the oldest first, and only what is known of it', () => {
  const callers = new Callers();
  const socket = new Duplex();
  const sink = { target: 'sim/sim/echo', firstAt: 1500, bytes: 7 };
  const ends = { socket, endEarly: () => undefined, soundOut };
  callers.add({ ...nobody, ...ends, id: 'late', name: 'agent', since: 1200, sink });
  callers.add({ ...nobody, ...ends, id: 'early', headers: { 'user-agent': 'curl' } });
  expect(callers.live((name, userAgent) => name ?? userAgent)).toEqual([
    { id: 'early', caller: 'curl', since: 1000, bytes: 0 },
    {
      id: 'late',
      caller: 'agent',
      target: 'sim/sim/echo',
      since: 1200,
      firstEventMs: 300,
      bytes: 1024,
    },
  ]);
});
