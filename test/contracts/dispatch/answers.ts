/** Laws of answers: they arrive as they were sent, however they are framed, compressed and cut. */

import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { ask, turns } from './listener.ts';
import { chunk, chunkedHead, whole } from './raw-provider.ts';
import type { Scene } from './scene.ts';

export function testAnswers(scene: () => Scene): void {
  it.each<[string, readonly string[], string]>([
    ['of known length', [whole('hello')], 'hello'],
    ['without a body', ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'], ''],
    ['of known length, in pieces', [...whole('hello')], 'hello'],
    ['in chunks', [`${chunkedHead}${chunk('hel')}${chunk('lo')}0\r\n\r\n`], 'hello'],
    [
      'in chunks with extensions and trailers',
      [`${chunkedHead}2;a=b\r\nhi\r\n0\r\nx: y\r\n\r\n`],
      'hi',
    ],
    ['in chunks, in pieces', [...`${chunkedHead}${chunk('hel')}${chunk('lo')}0\r\n\r\n`], 'hello'],
    [
      'after an interim one',
      [`HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n${whole('hello')}`],
      'hello',
    ],
  ])('%s arrives', async (_name, writes, body) => {
    const { dispatch, provider } = scene();
    provider.answer = async (socket) => {
      for (const bytes of writes) {
        socket.write(bytes);
        await turns(1);
      }
    };
    const heard = await ask(dispatch, { origin: provider.origin }).heard.over;
    expect(heard).toMatchObject({ status: 200, text: body, error: undefined, broken: [] });
  });

  it('until the connection ends arrives', async () => {
    const { dispatch, provider } = scene();
    provider.answer = (socket) =>
      void socket.end('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: x\n\n');
    const heard = await ask(dispatch, { origin: provider.origin }).heard.over;
    expect(heard).toMatchObject({ status: 200, text: 'data: x\n\n', error: undefined, broken: [] });
  });

  it('has its headers by lower-case names, repeated ones joined', async () => {
    const { dispatch, provider } = scene();
    provider.answer = (socket) =>
      void socket.write(whole('', 'X-Id: 1\r\nx-more: a\r\nX-More: b\r\n'));
    const { headers } = await ask(dispatch, { origin: provider.origin }).heard.over;
    expect(headers).toEqual({ 'content-length': '0', 'x-id': '1', 'x-more': 'a, b' });
  });

  it.each([204, 304])('%i ends with its head', async (status) => {
    const { dispatch, provider } = scene();
    provider.answer = (socket) => void socket.write(`HTTP/1.1 ${status} X\r\n\r\n`);
    const heard = await ask(dispatch, { origin: provider.origin }).heard.over;
    expect(heard).toMatchObject({ status, text: '', error: undefined, broken: [] });
  });

  it('that sends elsewhere is not followed', async () => {
    const { dispatch, provider } = scene();
    provider.answer = (socket) =>
      void socket.write('HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n');
    expect(await ask(dispatch, { origin: provider.origin }).heard.over).toMatchObject({
      status: 302,
    });
    expect(provider.requests).toHaveLength(1);
  });

  it('that is compressed arrives in plain', async () => {
    const { dispatch, provider } = scene();
    const packed = gzipSync('hello');
    provider.answer = (socket) => {
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${packed.length}\r\n\r\n`,
      );
      socket.write(packed);
    };
    const heard = await ask(dispatch, { origin: provider.origin }).heard.over;
    expect(heard).toMatchObject({ text: 'hello', headers: {}, broken: [] });
  });

  it('to a request with headers and a body is to that request', async () => {
    const { dispatch, provider } = scene();
    const body = Buffer.from('{"a":"é"}');
    const request = {
      origin: provider.origin,
      method: 'POST',
      body,
      headers: { 'x-a': 'b' },
    } as const;
    await ask(dispatch, request).heard.over;
    const [seen] = provider.requests;
    expect(seen?.body).toEqual(body);
    expect(seen?.head).toMatch(/^post \/v1\/x http\/1\.1\r\n/);
    for (const line of [`host: 127.0.0.1:${provider.port}`, 'content-length: 10', 'x-a: b']) {
      expect(seen?.head.split('\r\n')).toContain(line);
    }
  });

  it('to 8 MB in pieces comes after all of them arrived, in their order', async () => {
    const { dispatch, provider } = scene();
    const pieces = Array.from({ length: 64 }, (_, index) => Buffer.alloc(128 * 1024, index));
    await ask(dispatch, { origin: provider.origin, method: 'POST', body: pieces }).heard.over;
    expect(provider.requests[0]?.body.equals(Buffer.concat(pieces))).toBe(true);
  });

  it('of 8 MB arrives whole', async () => {
    const { dispatch, provider } = scene();
    const body = Buffer.alloc(8 * 1024 * 1024, 'abcdefg');
    provider.answer = (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body);
    };
    const { chunks } = await ask(dispatch, { origin: provider.origin }).heard.over;
    expect(Buffer.concat(chunks).equals(body)).toBe(true);
  });
}
