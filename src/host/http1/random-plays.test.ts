/**
 * Whatever way an answer comes, and whenever its caller pauses, he hears all of it once; and the
 * next request is served.
 */

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, Listener, turns, until } from '../../../test/contracts/dispatch/listener.ts';
import {
  chunk,
  chunkedHead,
  RawProvider,
  whole,
} from '../../../test/contracts/dispatch/raw-provider.ts';
import { createNodeHost } from '../node-host.ts';

const provider = new RawProvider();
const host = createNodeHost({});
beforeAll(() => provider.listen());
afterAll(async () => {
  await host.close();
  await provider.close();
});

const encoders = {
  'of known length': (pieces: readonly string[]) => whole(pieces.join('')),
  'in chunks': (pieces: readonly string[]) =>
    `${chunkedHead}${pieces.map(chunk).join('')}0\r\n\r\n`,
  'until the connection ends': (pieces: readonly string[]) =>
    `HTTP/1.1 200 OK\r\n\r\n${pieces.join('')}`,
};
type Framing = keyof typeof encoders;

const plays = fc.record({
  framing: fc.constantFrom<Framing>('of known length', 'in chunks', 'until the connection ends'),
  pieces: fc.array(fc.string({ minLength: 1, maxLength: 30 }), { maxLength: 6 }),
  /** Lengths of the writes, and event loop turns after each. */
  writes: fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(3)), { maxLength: 12 }),
  isFarewell: fc.boolean(),
  isPausedFirst: fc.boolean(),
  /** Turns of pause after each piece that is heard; 0 for none. */
  pauses: fc.array(fc.nat(6), { minLength: 1, maxLength: 8 }),
});

it('holds for random answers, cuts and pauses', async () => {
  const property = fc.asyncProperty(plays, async (play) => {
    const isFarewell = play.isFarewell || play.framing === 'until the connection ends';
    const bytes = Buffer.from(encoders[play.framing](play.pieces));
    const answered = Promise.withResolvers<void>();
    provider.answer = async (socket) => {
      let sent = 0;
      for (const [length, wait] of play.writes) {
        socket.write(bytes.subarray(sent, sent + length));
        sent += length;
        await turns(wait);
      }
      if (isFarewell) socket.end(bytes.subarray(sent));
      else socket.write(bytes.subarray(sent));
      answered.resolve();
    };
    const listener = new Listener();
    const { call, heard } = ask(host.dispatch, { origin: provider.origin }, listener);
    const pause = (length: number): void => {
      if (length === 0) return;
      call.pause();
      void turns(length).then(() => call.resume());
    };
    if (play.isPausedFirst) pause(10);
    listener.onPiece = () => pause(play.pauses[heard.chunks.length % play.pauses.length] ?? 0);
    expect(await heard.over).toMatchObject({
      text: play.pieces.join(''),
      error: undefined,
      broken: [],
    });
    await answered.promise;
    // A request that crosses with a farewell is lost, and told so: not what is looked at here.
    if (isFarewell) await until(() => provider.ended === provider.connections);
  });
  await fc.assert(property, { numRuns: 300 });
  provider.answer = (socket) => void socket.write(whole('ok'));
  expect(
    (await ask(host.dispatch, { origin: provider.origin, freshConnection: true }).heard.over).text,
  ).toBe('ok');
});
