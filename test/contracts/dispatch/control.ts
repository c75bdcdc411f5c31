/**
 * Laws of those who listen: they may pause, go away at any moment, and throw; nothing comes that
 * they do not want.
 */

import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { ask, hearPausing, Listener, turns, until } from './listener.ts';
import { chunk, chunkedHead, whole } from './raw-provider.ts';
import type { Scene } from './scene.ts';

/** More than the kernel and we hold of a connection nobody reads. */
const torrentBytes = 64 * 1024 * 1024;

export function testControl(scene: () => Scene): void {
  it('who pauses hears nothing until he goes on, then all of it', async () => {
    const { dispatch, provider } = scene();
    provider.answer = (socket) =>
      void socket.write(`${chunkedHead}${chunk('one')}${chunk('two')}0\r\n\r\n`);
    const listener = new Listener();
    const { call, heard } = ask(dispatch, { origin: provider.origin }, listener);
    listener.onPiece = () => {
      call.pause();
      listener.isSilenced = true;
    };
    await until(() => heard.length > 0);
    await turns(20);
    expect(heard.text).toBe('one');
    listener.onPiece = () => undefined;
    listener.isSilenced = false;
    call.resume();
    expect(await heard.over).toMatchObject({ text: 'onetwo', error: undefined, broken: [] });
  });

  it('who pauses before the answer hears it when he goes on', async () => {
    const { dispatch, provider } = scene();
    const { call, heard } = ask(dispatch, { origin: provider.origin });
    call.pause();
    await until(() => provider.requests.length === 1);
    await turns(20);
    call.resume();
    expect(await heard.over).toMatchObject({ text: 'ok', broken: [] });
  });

  it.each([
    ['in chunks', `${chunkedHead}${chunk('one')}${chunk('two')}${chunk('three')}0\r\n\r\n`],
    ['of known length', whole('onetwothree', 'connection: close\r\n')],
    ['until the connection ends', 'HTTP/1.1 200 OK\r\n\r\nonetwothree'],
  ])(
    'who pauses at every piece hears all of an answer %s, though the provider has long gone',
    async (_name, answer) => {
      const { dispatch, provider } = scene();
      provider.answer = (socket) => void socket.end(answer);
      const heard = await hearPausing({ dispatch, provider });
      expect(heard).toMatchObject({ text: 'onetwothree', error: undefined, broken: [] });
    },
  );

  it('who reads slowly holds the provider back', async () => {
    const { dispatch, provider } = scene();
    let held: Socket | undefined;
    provider.answer = (socket) => {
      held = socket;
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${torrentBytes}\r\n\r\n`);
      socket.write(Buffer.alloc(torrentBytes));
    };
    const listener = new Listener();
    const { call, heard } = ask(dispatch, { origin: provider.origin }, listener);
    listener.onPiece = () => call.pause();
    await until(() => heard.length > 0);
    await turns(200);
    expect(heard.length).toBeLessThan(1024 * 1024);
    expect(held?.writableLength).toBeGreaterThan(torrentBytes / 4);
    listener.onPiece = (piece) => {
      listener.chunks.length = 0;
      call.pause();
      setImmediate(() => call.resume());
      expect(piece.length).toBeGreaterThan(0);
    };
    call.resume();
    expect(await heard.over).toMatchObject({ length: torrentBytes, error: undefined, broken: [] });
  });

  it.each<[string, (heard: Listener, scene: Scene) => Promise<unknown> | undefined]>([
    ['at once', () => undefined],
    [
      'when the request has arrived',
      (_heard, { provider }) => until(() => provider.requests.length > 0),
    ],
    ['after the head', (heard) => heard.begun],
    ['after some of the body', (heard) => until(() => heard.length > 0)],
  ])('who goes away %s hears nothing more, and the connection ends', async (_name, moment) => {
    const { dispatch, provider } = scene();
    provider.answer = (socket, { connection }) => {
      if (connection === 1) socket.write(`${chunkedHead}${chunk('one')}`);
    };
    const { call, heard } = ask(dispatch, { origin: provider.origin });
    const before = _name === 'when the request has arrived' ? () => undefined : provider.answer;
    provider.answer = before;
    await moment(heard, scene());
    call.abort();
    heard.isSilenced = true;
    call.abort();
    await until(() => provider.ended === provider.connections);
    await turns(20);
    expect(heard.broken).toEqual([]);
  });

  it('who goes away from within a callback hears nothing more, and the connection ends unless the answer does', async () => {
    const { dispatch, provider } = scene();
    provider.answer = async (socket) => {
      socket.write(`${chunkedHead}${chunk('one')}${chunk('two')}`);
      while (socket.writable) {
        await turns(1);
        socket.write(chunk('more'));
      }
    };
    const listener = new Listener();
    const { call, heard } = ask(dispatch, { origin: provider.origin }, listener);
    listener.onPiece = () => {
      call.abort();
      listener.isSilenced = true;
    };
    await until(() => heard.length > 0 && provider.ended === provider.connections);
    await turns(20);
    expect(heard).toMatchObject({ text: 'one', broken: [] });
  });

  it('who goes away while he pauses ends the connection', async () => {
    const { dispatch, provider } = scene();
    provider.answer = (socket) => void socket.write(`${chunkedHead}${chunk('one')}`);
    const { call, heard } = ask(dispatch, { origin: provider.origin });
    await until(() => heard.length > 0);
    call.pause();
    call.abort();
    heard.isSilenced = true;
    await until(() => provider.ended === provider.connections);
    expect(heard.broken).toEqual([]);
  });

  it('who throws hears that as an error, and others are served', async () => {
    const { dispatch, provider } = scene();
    provider.answer = (socket) => void socket.write(`${chunkedHead}${chunk('one')}`);
    const listener = new Listener();
    listener.onPiece = () => {
      throw new Error('a bug of ours');
    };
    const heard = await ask(dispatch, { origin: provider.origin }, listener).heard.over;
    expect(heard.error?.message).toBe('a bug of ours');
    provider.answer = (socket) => void socket.write(whole('ok'));
    expect((await ask(dispatch, { origin: provider.origin }).heard.over).text).toBe('ok');
    expect(heard.broken).toEqual([]);
  });

  it('whose request cannot be sent hears why, and the provider hears nothing', async () => {
    const { dispatch, provider } = scene();
    const headers = { 'x-a': 'b\r\nx-c: d' };
    const heard = await ask(dispatch, { origin: provider.origin, headers }).heard.over;
    expect(heard).toMatchObject({ status: 0, broken: [] });
    expect(heard.error).toBeInstanceOf(Error);
    expect(provider.requests).toEqual([]);
  });
}
