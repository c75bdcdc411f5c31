/** A chat without cursor control: what a person reads, and what a program does not. */

import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { createPlainFace } from './plain-face.ts';

function stage(isTyped: boolean) {
  const host = createFakeHost();
  const input = new PassThrough();
  const shown = { out: '', talk: '' };
  const listeners = new Set<() => void>();
  const face = createPlainFace({
    input,
    out: (text) => {
      shown.out += text;
    },
    talk: (text) => {
      shown.talk += text;
    },
    isTyped,
    onAnswer: undefined,
    clock: host.clock,
    onInterrupt: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
  const interrupt = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    host,
    input,
    shown,
    face,
    interrupt,
    read: () => face.read('', new AbortController().signal),
  };
}

it('a status that lasts is a line for a person, once, and nothing in a pipe', async () => {
  for (const isTyped of [true, false]) {
    const { host, face, shown } = stage(isTyped);
    const view = face.answer();
    view.showStatus('preparing');
    await host.advance(500);
    view.showStatus('waiting for the first token');
    await host.advance(5000);
    view.showStatus('waiting for the first token');
    await host.advance(5000);
    view.push('text');
    view.end();
    await host.advance(5000);
    const talk = isTyped ? 'waiting for the first token\n' : '';
    expect(shown).toEqual({ out: 'text\n', talk });
  }
});

it('a quick answer has no status', async () => {
  const { host, face, shown } = stage(true);
  const view = face.answer();
  view.showStatus('preparing');
  view.push('text');
  view.end();
  await host.advance(5000);
  expect(shown).toEqual({ out: 'text\n', talk: '' });
});

it('lines that come at once are read one by one', async () => {
  const { input, read } = stage(true);
  input.write('one\ntwo\n');
  expect([await read(), await read()]).toEqual(['one', 'two']);
});

it('Ctrl-C at the prompt says how to leave; the second within 2 s leaves', async () => {
  const { host, interrupt, read, shown } = stage(true);
  const line = read();
  const left = expect(line).rejects.toMatchObject({ name: 'AbortError' });
  interrupt();
  await host.advance(2001);
  interrupt();
  interrupt();
  await left;
  const hint = '\nPress Ctrl-C once more, or Ctrl-D, to leave.\n> ';
  expect(shown.talk).toBe(`> ${hint}${hint}`);
});

it('Ctrl-C stops an answer, and twice within 2 s it leaves as well', async () => {
  const { face, interrupt, read } = stage(true);
  let stopped = 0;
  const stop = face.onInterrupt(() => {
    stopped += 1;
  });
  interrupt();
  interrupt();
  stop();
  expect(stopped).toBe(2);
  await expect(read()).rejects.toMatchObject({ name: 'AbortError' });
});
