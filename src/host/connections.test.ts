/**
 * What our own connections promise beyond the contract: when they grow old, when they are given up,
 * and to whom.
 */

import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ask,
  hearPausing,
  Listener,
  turns,
  until,
} from '../../test/contracts/dispatch/listener.ts';
import {
  chunk,
  chunkedHead,
  RawProvider,
  whole,
} from '../../test/contracts/dispatch/raw-provider.ts';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.ts';
import type { Dispatch } from '../host.ts';
import { Upstream } from './upstream.ts';

let provider: RawProvider;
let wires: Upstream;
let time: FakeHost;
const dispatch: Dispatch = (request, handler) => wires.dispatch(request, handler);
const askOnce = async (): Promise<Listener> =>
  ask(dispatch, { origin: provider.origin }).heard.over;

/** Hears the first piece of an answer, and wants no more. */
async function goAwayAtFirst(): Promise<Listener> {
  const listener = new Listener();
  const { call, heard } = ask(dispatch, { origin: provider.origin }, listener);
  listener.onPiece = () => {
    call.abort();
    listener.isSilenced = true;
  };
  await until(() => heard.length > 0);
  return heard;
}

beforeEach(async () => {
  provider = new RawProvider();
  await provider.listen();
  time = createFakeHost();
  // Time is made up here, and the event loop is real.
  const clock = { ...time.clock, afterTurn: (callback: () => void) => void setImmediate(callback) };
  wires = new Upstream(clock, () => undefined);
});
afterEach(async () => {
  wires.close();
  await provider.close();
});

describe('a free connection', () => {
  it.each([
    ['30 s', 29_999, 30_001, whole('ok')],
    ['a second less than the server says', 3999, 4001, whole('ok', 'keep-alive: timeout=5\r\n')],
    ['30 s, whatever the server says', 29_999, 30_001, whole('ok', 'keep-alive: timeout=500\r\n')],
  ])('waits %s for its next request', async (_name, soon, late, answer) => {
    provider.answer = (socket) => void socket.write(answer);
    await askOnce();
    await time.advance(soon);
    await askOnce();
    expect(provider.connections).toBe(1);
    await time.advance(late);
    await until(() => provider.ended === 1);
    await askOnce();
    expect(provider.connections).toBe(2);
  });

  it('is taken before those that have been free for longer, so that these grow old', async () => {
    await Promise.all([askOnce(), askOnce(), askOnce()]);
    for (let count = 0; count < 5; count++) await askOnce();
    const used = provider.requests.slice(3).map(({ connection }) => connection);
    expect(new Set(used).size).toBe(1);
  });

  it('is free before the last request hears of its end', async () => {
    const second = await ask(dispatch, { origin: provider.origin }).heard.over.then(askOnce);
    expect(second).toMatchObject({ text: 'ok', broken: [] });
    expect(provider.connections).toBe(1);
  });
});

describe('a request', () => {
  it('is not sent when its caller goes away in the turn in which he asked', async () => {
    const { call, heard } = ask(dispatch, { origin: provider.origin });
    call.abort();
    await turns(20);
    expect([provider.connections, heard.length, heard.broken]).toEqual([0, 0, []]);
  });

  it('hears that it was closed, even in the turn in which it was asked', async () => {
    const { heard } = ask(dispatch, { origin: provider.origin });
    wires.close();
    expect((await heard.over).error).toMatchObject({ code: 'ECONNABORTED' });
  });
});

describe('a connection', () => {
  it('is given up when it cannot be made within 10 s', async () => {
    const { heard } = ask(dispatch, { origin: provider.origin.replace('http:', 'https:') });
    await until(() => provider.connections === 1);
    await time.advance(10_000);
    expect((await heard.over).error).toMatchObject({
      code: 'ERR_TLS_HANDSHAKE_TIMEOUT',
      message: `127.0.0.1:${provider.port} answered no TLS handshake within 10 s`,
    });
    expect(heard.broken).toEqual([]);
  });

  it.each([
    ['in the same read', true],
    ['in the next', false],
  ])(
    'serves the next request where the caller goes away at the marker, and the end comes %s',
    async (_name, isAtOnce) => {
      const end = Promise.withResolvers<void>();
      provider.answer = async (socket) => {
        socket.write(`${chunkedHead}${chunk('data: [DONE]\n\n')}${isAtOnce ? '0\r\n\r\n' : ''}`);
        if (isAtOnce) return;
        await end.promise;
        socket.write('0\r\n\r\n');
      };
      const heard = await goAwayAtFirst();
      end.resolve();
      await turns(20);
      provider.answer = (socket) => void socket.write(whole('ok'));
      await askOnce();
      expect([provider.connections, heard.broken]).toEqual([1, []]);
    },
  );

  it('is given up a second after the caller went away, when the end does not come', async () => {
    provider.answer = (socket) => void socket.write(`${chunkedHead}${chunk('data: [DONE]\n\n')}`);
    const heard = await goAwayAtFirst();
    await time.advance(1000);
    await until(() => provider.ended === 1);
    expect(heard.broken).toEqual([]);
  });

  it('whose request was not read to its end serves nobody else', async () => {
    provider.greet = (socket) => {
      socket.pause();
      socket.write(whole('early'));
    };
    const body = [Buffer.alloc(32 * 1024 * 1024)];
    const { heard } = ask(dispatch, { origin: provider.origin, method: 'POST', body });
    expect(await heard.over).toMatchObject({ text: 'early', broken: [] });
    provider.greet = () => undefined;
    expect(await askOnce()).toMatchObject({ text: 'ok' });
    expect(provider.connections).toBe(2);
  });
});

describe('a connection that ends without an answer', () => {
  const body = Buffer.alloc(4 * 1024 * 1024);
  const post = async (): Promise<Listener> =>
    ask(dispatch, { origin: provider.origin, method: 'POST', body }).heard.over;
  /**
   * Serves one request on each connection, and ends it this way as soon as the next begins to
   * arrive.
   */
  const endAtNext = (end: (socket: Socket) => void): void => {
    provider.answer = (socket) => {
      socket.write(whole('ok'));
      socket.once('data', () => end(socket));
    };
  };
  const ends: readonly [string, (socket: Socket) => void][] = [
    ['closes', (socket) => socket.end()],
    ['is reset', (socket) => socket.resetAndDestroy()],
  ];

  it.each(ends)(
    'and was idle before is replaced, unseen: it %s while a request is written',
    async (_name, end) => {
      endAtNext(end);
      await askOnce();
      expect(await post()).toMatchObject({ text: 'ok', error: undefined, broken: [] });
      expect(provider.connections).toBe(2);
      expect(provider.requests.at(-1)?.body.equals(body)).toBe(true);
    },
  );

  it('is replaced for a caller who pauses, too', async () => {
    endAtNext((socket) => socket.resetAndDestroy());
    await askOnce();
    const { call, heard } = ask(dispatch, { origin: provider.origin, method: 'POST', body });
    call.pause();
    await turns(50);
    call.resume();
    expect(await heard.over).toMatchObject({ text: 'ok', broken: [] });
  });

  it.each(ends)('and is new is an error: it %s', async (_name, end) => {
    provider.answer = end;
    expect(await askOnce()).toMatchObject({ error: { code: 'ECONNRESET' }, broken: [] });
    expect(provider.connections).toBe(1);
  });

  it('is replaced once: the new one is new', async () => {
    provider.answer = (socket, { connection }) => {
      if (connection > 1 || provider.requests.length > 1) socket.resetAndDestroy();
      else socket.write(whole('ok'));
    };
    await askOnce();
    expect((await askOnce()).error).toMatchObject({ code: 'ECONNRESET' });
    expect([provider.connections, provider.requests.length]).toEqual([2, 3]);
  });

  it('a second after the request was written has broken: the provider had time to read it', async () => {
    await askOnce();
    provider.answer = () => undefined;
    const { heard } = ask(dispatch, { origin: provider.origin });
    await until(() => provider.requests.length === 2);
    await time.advance(1000);
    provider.endAll();
    expect((await heard.over).error).toMatchObject({ code: 'ECONNRESET' });
    expect(provider.connections).toBe(1);
  });

  it('after the first byte of its answer has broken', async () => {
    provider.answer = (socket) => {
      if (provider.requests.length === 1) socket.write(whole('ok'));
      else socket.end('HTTP/1.1 2');
    };
    await askOnce();
    expect((await askOnce()).error).toMatchObject({ code: 'ECONNRESET' });
    expect(provider.connections).toBe(1);
  });
});

describe('an origin that said what nobody had asked for', () => {
  const hour = 3_600_000;
  /** The first answer has the other's bytes behind it. */
  const sayMore = (more: string, isLate: boolean): void => {
    let count = 0;
    provider.answer = (socket) => {
      const answer = whole(`ok ${++count}`);
      const hasMore = count === 1;
      socket.write(hasMore && !isLate ? answer + more : answer);
      if (hasMore && isLate) setImmediate(() => socket.write(more));
    };
  };

  it.each([
    ['in the read of the answer', false],
    ['while the connection was idle', true],
  ])('gets a connection for each request, for an hour: %s', async (_name, isLate) => {
    sayMore(whole('of nobody'), isLate);
    await askOnce();
    await until(() => provider.ended === 1);
    for (let count = 2; count < 5; count++) expect((await askOnce()).text).toBe(`ok ${count}`);
    expect(provider.connections).toBe(4);
    await time.advance(hour + 1);
    await askOnce();
    await askOnce();
    expect(provider.connections).toBe(5);
  });

  it('loses those that wait, and those under way after their answers', async () => {
    const late = Promise.withResolvers<void>();
    provider.answer = async (socket, { head, connection }) => {
      if (head.startsWith('get /slow')) await late.promise;
      socket.write(whole('ok'));
      if (connection === 3) setImmediate(() => socket.write(whole('of nobody')));
    };
    const slow = ask(dispatch, { origin: provider.origin, path: '/slow' }).heard.over;
    await until(() => provider.requests.length === 1);
    await Promise.all([askOnce(), askOnce()]);
    await until(() => provider.ended === 2);
    late.resolve();
    expect(await slow).toMatchObject({ text: 'ok', broken: [] });
    await until(() => provider.ended === 3);
  });

  it.each([
    ['in the read of the answer', false],
    ['while the connection was idle', true],
  ])(
    'is trusted when it was the 408 of a proxy that closes what is idle: %s',
    async (_name, isLate) => {
      sayMore(
        'HTTP/1.1 408 Request Time-out\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
        isLate,
      );
      await askOnce();
      await until(() => provider.ended === 1);
      await askOnce();
      await askOnce();
      expect(provider.connections).toBe(2);
    },
  );

  it('can give one request the wrong answer, where that came late, and no other', async () => {
    provider.answer = (socket, { head }) => {
      const [, path = ''] = /^get (\S+)/.exec(head) ?? [];
      socket.write(whole(path === '/2' ? 'of nobody' : path));
      if (path === '/2') setImmediate(() => socket.write(whole(path)));
    };
    const askFor = async (path: string): Promise<string> =>
      (await ask(dispatch, { origin: provider.origin, path }).heard.over).text;
    expect([await askFor('/1'), await askFor('/2')]).toEqual(['/1', 'of nobody']);
    await until(() => provider.ended === 1);
    expect([await askFor('/3'), await askFor('/4')]).toEqual(['/3', '/4']);
    expect(provider.connections).toBe(3);
  });
});

describe('a caller', () => {
  it.each([
    [
      'in chunks',
      `${chunkedHead}${chunk('one')}${chunk('two')}${chunk('three')}0\r\n\r\n`,
      'onetwothree',
    ],
    ['of known length', whole('onetwothree'), 'onetwothree'],
    ['until the connection ends', 'HTTP/1.1 200 OK\r\n\r\nonetwothree', 'onetwothree'],
  ])(
    'who pauses at every piece hears all of an answer %s, though the provider has long gone',
    async (_name, answer, text) => {
      provider.answer = (socket) => void socket.end(answer);
      const heard = await hearPausing({ dispatch, provider });
      expect(heard).toMatchObject({ text, error: undefined, broken: [] });
    },
  );
});

describe('what cannot be sent', () => {
  it.each([
    ['to no URL', { origin: 'nowhere' }],
    ['with a line end in a header', { headers: { a: 'b\r\nc: d' } }],
  ])('%s is an error, later than the dispatch', async (_name, change) => {
    const { heard } = ask(dispatch, { origin: provider.origin, ...change });
    expect(await heard.over).toMatchObject({ broken: [], error: expect.any(Error) });
  });

  it('after the close is an error too', async () => {
    wires.close();
    expect((await askOnce()).error).toMatchObject({ code: 'ECONNABORTED' });
  });
});
