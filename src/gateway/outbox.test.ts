/** Whole answers leave at the end of the turn, in order, and each once. */

import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { Outbox } from './outbox.ts';

function setUp() {
  const { clock, advance } = createFakeHost();
  const outbox = new Outbox(clock);
  const open = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()));
  return { outbox, open, turnOver: () => advance(0) };
}

it('ends all of one turn when it is over, and those of the next when that is', async () => {
  const { outbox, open, turnOver } = setUp();
  const [one, other, next] = [open(), open(), open()];
  outbox.end(one, Buffer.from('one'));
  outbox.end(other, undefined);
  expect([one.writableEnded, other.writableEnded]).toEqual([false, false]);
  await turnOver();
  expect([one.writableEnded, other.writableEnded]).toEqual([true, true]);
  outbox.end(next, Buffer.from('next'));
  expect(next.writableEnded).toBe(false);
  await turnOver();
  expect(next.writableEnded).toBe(true);
});

it('leaves alone what the gateway has ended in between, going down', async () => {
  const { outbox, open, turnOver } = setUp();
  const response = open();
  const faults: unknown[] = [];
  response.on('error', (error) => faults.push(error));
  outbox.end(response, Buffer.from('late'));
  response.end('going down');
  await turnOver();
  await new Promise(setImmediate);
  expect(faults).toEqual([]);
});
