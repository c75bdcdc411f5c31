/**
 * What breaks before an answer says whether the request was out: only then can somebody have
 * carried it out.
 */

import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, turns, until } from '../../test/contracts/dispatch/listener.ts';
import { RawProvider } from '../../test/contracts/dispatch/raw-provider.ts';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.ts';
import type { Dispatch } from '../host.ts';
import { Upstream } from './upstream.ts';

let provider: RawProvider;
let wires: Upstream;
let time: FakeHost;
const dispatch: Dispatch = (request, handler) => wires.dispatch(request, handler);

beforeEach(async () => {
  provider = new RawProvider();
  provider.answer = () => undefined;
  await provider.listen();
  time = createFakeHost();
  const clock = { ...time.clock, afterTurn: (callback: () => void) => void setImmediate(callback) };
  wires = new Upstream(clock, () => undefined);
});
afterEach(async () => {
  wires.close();
  await provider.close();
});

const reset = (socket: Socket): void => {
  socket.once('data', async () => {
    socket.pause();
    await turns(50);
    socket.resetAndDestroy();
  });
};
const large = 32 * 1024 * 1024;

describe('what breaks before an answer', () => {
  it.each<[string, (socket: Socket) => void, number, boolean]>([
    ['a reset after all of a request', reset, 10, false],
    ['a reset in the middle of a request', reset, large, true],
    ['a farewell after all of it', (socket) => socket.once('data', () => socket.end()), 10, false],
    [
      'no HTTP after all of it',
      (socket) => socket.once('data', () => socket.write('SSH-2.0\r\n')),
      10,
      false,
    ],
  ])('says whether the request was out: %s', async (_name, greet, length, isUnsent) => {
    provider.greet = greet;
    const body = Buffer.alloc(length);
    const heard = await ask(dispatch, { origin: provider.origin, method: 'POST', body }).heard.over;
    expect([heard.error instanceof Error, heard.isUnsent, heard.broken]).toEqual([
      true,
      isUnsent,
      [],
    ]);
  });

  it('says that nothing was sent on a connection that is refused, is late, or is closed by us at once', async () => {
    const gone = new RawProvider();
    await gone.listen();
    const { origin } = gone;
    await gone.close();
    const late = ask(dispatch, { origin: provider.origin.replace('http:', 'https:') }).heard;
    await until(() => provider.connections === 1);
    await time.advance(10_000);
    const refused = ask(dispatch, { origin }).heard;
    expect([(await late.over).isUnsent, (await refused.over).isUnsent]).toEqual([true, true]);
    const closed = ask(dispatch, { origin: provider.origin }).heard;
    wires.close();
    expect((await closed.over).isUnsent).toBe(true);
  });
});
