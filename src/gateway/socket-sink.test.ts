/** Whole answers leave at the end of the turn, in order, and each once. */

import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { openaiChat } from '../protocols/openai-chat/protocol.ts';
import { replyGoingDown, SocketSink } from './reply.ts';

function setUp() {
  const { clock, advance } = createFakeHost();
  const inflight = { bytes: 0 };
  const caller = new AbortController();
  const open = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()));
  const end = (response: ServerResponse, last?: Uint8Array): void => {
    const sink = new SocketSink(response, {
      extra: { 'x-extra': '1' },
      clock,
      limitMs: 1000,
      caller,
      inflight,
    });
    sink.head(200, { 'content-length': String(last?.length ?? 0) });
    sink.end(last);
  };
  return { end, open, turnOver: () => advance(0) };
}

it('ends all of one turn when it is over, and those of the next when that is', async () => {
  const { end, open, turnOver } = setUp();
  const [one, other, next] = [open(), open(), open()];
  end(one, Buffer.from('one'));
  end(other);
  expect([one.writableEnded, other.writableEnded]).toEqual([false, false]);
  await turnOver();
  expect([one.writableEnded, other.writableEnded]).toEqual([true, true]);
  end(next, Buffer.from('next'));
  expect(next.writableEnded).toBe(false);
  await turnOver();
  expect(next.writableEnded).toBe(true);
});

it('leaves alone what the gateway has ended in between, going down', async () => {
  const { end, open, turnOver } = setUp();
  const response = open();
  const faults: unknown[] = [];
  response.on('error', (error) => faults.push(error));
  end(response, Buffer.from('late'));
  replyGoingDown(response, { protocol: openaiChat, requestId: 'hfr_1', extra: {} });
  await turnOver();
  await new Promise(setImmediate);
  expect([faults, response.statusCode, response.getHeader('x-extra')]).toEqual([
    [],
    429,
    undefined,
  ]);
});
