/**
 * Laws of what breaks: it is told once, as an error that `classifyException` knows for what it is
 * (step 4 of a request).
 */

import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { classifyException } from '../../../src/access/classify/classify-exception.ts';
import { makeSelfSigned } from '../../fakes/self-signed.ts';
import { ask, type Listener, turns } from './listener.ts';
import { chunk, chunkedHead, RawProvider } from './raw-provider.ts';
import type { Scene } from './scene.ts';

/** The class of what was heard. */
function classOf({ error, status, isUnsent }: Listener): string {
  return classifyException(error, { hasHead: status !== 0, isUnsent }).class;
}

export function testBreaks(scene: () => Scene): void {
  it.each<[string, (socket: Socket) => void, string]>([
    ['an end without an answer', (socket) => socket.end(), 'connect'],
    ['an end in the head', (socket) => socket.end('HTTP/1.1 200 OK\r\nconte'), 'connect'],
    ['a reset without an answer', (socket) => socket.resetAndDestroy(), 'connect'],
    ['another protocol', (socket) => socket.write('SSH-2.0-OpenSSH_9\r\n'), 'connect'],
    [
      'a head that is too long',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`),
      'connect',
    ],
    [
      'an end in a body of known length',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhel'),
      'stream-cut',
    ],
    ['an end in chunks', (socket) => socket.end(`${chunkedHead}${chunk('hello')}`), 'stream-cut'],
    [
      'a reset in chunks',
      (socket) => socket.write(`${chunkedHead}${chunk('hello')}`, () => reset(socket)),
      'stream-cut',
    ],
    ['a chunk without a size', (socket) => socket.write(`${chunkedHead}zz\r\n`), 'stream-cut'],
  ])('%s', async (_name, answer, expected) => {
    const { dispatch, provider } = scene();
    provider.answer = answer;
    const heard = await ask(dispatch, { origin: provider.origin }).heard.over;
    expect([classOf(heard), heard.broken]).toEqual([expected, []]);
  });

  it('a port that refuses, then one that does not', async () => {
    const { dispatch, provider } = scene();
    const gone = new RawProvider();
    await gone.listen();
    const { origin } = gone;
    await gone.close();
    expect((await ask(dispatch, { origin }).heard.over).error).toBeInstanceOf(Error);
    expect((await ask(dispatch, { origin: provider.origin }).heard.over).text).toBe('ok');
  });

  it('a name that does not exist', async () => {
    const { heard } = ask(scene().dispatch, { origin: 'http://nowhere.invalid' });
    expect((await heard.over).error).toBeInstanceOf(Error);
    expect(heard.broken).toEqual([]);
  });

  it('a certificate that nobody vouches for: nothing is sent', async () => {
    const secure = new RawProvider(makeSelfSigned('localhost'));
    await secure.listen();
    const { heard } = ask(scene().dispatch, {
      origin: secure.origin,
      headers: { authorization: 'Bearer word' },
    });
    await heard.over;
    await turns(20);
    expect([classOf(heard), heard.error?.code]).toEqual(['tls', 'DEPTH_ZERO_SELF_SIGNED_CERT']);
    expect(secure.requests).toEqual([]);
    await secure.close();
  });

  it('TLS to a server that speaks none', async () => {
    const { dispatch, provider } = scene();
    provider.greet = (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    const heard = await ask(dispatch, { origin: provider.origin.replace('http', 'https') }).heard
      .over;
    expect(['connect', 'tls']).toContain(classOf(heard));
  });

  it('all that is under way when it is closed', async () => {
    const { dispatch, provider, close } = scene();
    provider.answer = (socket) => void socket.write(`${chunkedHead}${chunk('hello')}`);
    const { heard } = ask(dispatch, { origin: provider.origin });
    await heard.begun;
    await close();
    expect(classOf(await heard.over)).toBe('stream-cut');
    await close();
    const late = ask(dispatch, { origin: provider.origin }).heard;
    expect([classOf(await late.over), late.broken]).toEqual(['connect', []]);
  });
}

/** After what was written has had the time to arrive. */
async function reset(socket: Socket): Promise<void> {
  await turns(10);
  socket.resetAndDestroy();
}
