/**
 * Laws of connections: they serve one request after the other, never two at once, and none that is
 * doubtful.
 */

import { expect, it } from 'vitest';
import { ask, turns, until } from './listener.ts';
import { chunk, chunkedHead, whole } from './raw-provider.ts';
import type { Scene } from './scene.ts';

export function testReuse(scene: () => Scene): void {
  const askTwice = async (freshConnection = false): Promise<void> => {
    const { dispatch, provider } = scene();
    await ask(dispatch, { origin: provider.origin }).heard.over;
    await turns(5);
    const heard = await ask(dispatch, { origin: provider.origin, freshConnection }).heard.over;
    expect(heard).toMatchObject({ status: 200, error: undefined, broken: [] });
  };

  it.each([
    whole('ok'),
    `${chunkedHead}${chunk('ok')}0\r\n\r\n`,
    'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
  ])('serves the next request after %j', async (answer) => {
    scene().provider.answer = (socket) => void socket.write(answer);
    await askTwice();
    expect(scene().provider.requests.map(({ connection }) => connection)).toEqual([1, 1]);
  });

  it.each([
    ['says farewell', whole('ok', 'connection: close\r\n')],
    ['is of HTTP/1.0', whole('ok').replace('1.1', '1.0')],
    ['is followed by bytes of nobody', `${whole('ok')}HTTP/1.1 200 OK\r\n`],
    ['hardly waits', whole('ok', 'keep-alive: timeout=1\r\n')],
  ])('serves nobody after an answer that %s', async (_name, answer) => {
    scene().provider.answer = (socket) => void socket.write(answer);
    await askTwice();
    expect(scene().provider.connections).toBe(2);
  });

  it('is told of while it is opened and when it is open; one that was kept is not', async () => {
    const { dispatch, provider } = scene();
    const told: (readonly boolean[])[] = [];
    for (let time = 0; time < 2; time += 1) {
      const { connection, broken } = await ask(dispatch, { origin: provider.origin }).heard.over;
      expect(broken).toEqual([]);
      told.push(connection);
      await turns(5);
    }
    expect(told).toEqual([[false, true], []]);
  });

  it('that the provider has ended while it was idle serves nobody', async () => {
    const { dispatch, provider } = scene();
    provider.answer = (socket) => {
      socket.write(whole('ok'));
      setImmediate(() => socket.end());
    };
    await ask(dispatch, { origin: provider.origin }).heard.over;
    await until(() => provider.ended === 1);
    await turns(5);
    expect(await ask(dispatch, { origin: provider.origin }).heard.over).toMatchObject({
      text: 'ok',
      error: undefined,
    });
  });

  it('that speaks while it is idle serves nobody', async () => {
    const { dispatch, provider } = scene();
    provider.answer = (socket, { connection }) => {
      socket.write(whole(`ok ${connection}`));
      if (connection === 1) setImmediate(() => socket.write(whole('of nobody')));
    };
    await ask(dispatch, { origin: provider.origin }).heard.over;
    await until(() => provider.ended === 1);
    expect((await ask(dispatch, { origin: provider.origin }).heard.over).text).toBe('ok 2');
  });

  it('that was asked for fresh is a new one', async () => {
    await askTwice(true);
    expect(scene().provider.requests.map(({ connection }) => connection)).toEqual([1, 2]);
    await until(() => scene().provider.ended === 1);
  });

  it('serves one request at a time: as many as there are requests', async () => {
    const { dispatch, provider } = scene();
    provider.answer = (socket, { head }) => {
      const [, name = ''] = /\/(\d+) /.exec(head) ?? [];
      setTimeout(() => socket.write(whole(name)), 20 - Number(name));
    };
    const names = Array.from({ length: 20 }, (_, index) => String(index));
    const all = names.map(
      (name) => ask(dispatch, { origin: provider.origin, path: `/${name}` }).heard.over,
    );
    expect((await Promise.all(all)).map(({ text }) => text)).toEqual(names);
    expect(provider.connections).toBe(20);
  });
}
