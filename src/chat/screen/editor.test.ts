/** What is typed arrives once and in order, whenever it comes and however its bytes are cut. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { FakeTerminal } from '../../../test/fakes/fake-terminal.ts';
import { Editor } from './editor.ts';

class Stage {
  readonly host = createFakeHost();
  readonly terminal = new FakeTerminal();
  readonly said: string[] = [];
  interrupts = 0;
  readonly editor: Editor;
  readonly #leaving = new AbortController();

  constructor() {
    const { input, output } = this.terminal;
    const complete = (line: string): [string[], string] => [['/why '], line];
    const context = { input, output, clock: this.host.clock, complete, history: [] };
    this.editor = new Editor(context, (text) => this.said.push(text));
    this.editor.onInterrupt = () => {
      this.interrupts += 1;
    };
  }

  type(text: string): void {
    this.terminal.type(text);
  }

  read(prefill = ''): Promise<string | undefined> {
    return this.editor.read('› ', prefill, this.#leaving.signal);
  }
}

const interrupted = { name: 'AbortError' };

describe('lines that are typed ahead', () => {
  it('are read in order, cut anywhere, typed before a read or during one', async () => {
    const words = fc.constantFrom('one', 'zwei 二', 'a\x7fb', '');
    const lines = fc.array(fc.tuple(words, fc.boolean()), { maxLength: 8 });
    const enter = fc.constantFrom('\r', '\n');
    await fc.assert(
      fc.asyncProperty(lines, enter, fc.integer({ min: 1, max: 9 }), async (typed, end, width) => {
        const stage = new Stage();
        const keys = typed.map(([word]) => word + end).join('');
        const chunks = keys.match(new RegExp(`[^]{1,${width}}`, 'gu')) ?? [];
        const early = typed.filter(([, isEarly]) => isEarly).length;
        for (const chunk of chunks.slice(0, early)) stage.type(chunk);
        const read: (string | undefined)[] = [];
        const reading = (async () => {
          for (const _line of typed) read.push(await stage.read());
        })();
        for (const chunk of chunks.slice(early)) stage.type(chunk);
        await reading;
        expect(read).toEqual(typed.map(([word]) => word.replace('a\x7f', '')));
        expect(stage.editor.describeAhead()).toEqual({ queued: '', begun: '' });
      }),
      { numRuns: 60, seed: 25 },
    );
  });

  it('are shown with the line that is begun, as it would be edited', () => {
    const stage = new Stage();
    stage.type('two\r\x1b[200~a\nb\x1b[201~\rth\x1b[D\x7fhr');
    expect(stage.editor.describeAhead()).toEqual({
      queued: '2 queued: two · [paste 1: 2 lines]',
      begun: '› thr',
    });
  });

  it('wait behind a message that failed and is offered again', async () => {
    const stage = new Stage();
    stage.type('two\rthr');
    const again = stage.read('one');
    expect(stage.said).toEqual([
      '1 queued: two\n› thr\nIt waits until the message below is answered.',
    ]);
    stage.type('!\r');
    expect(await again).toBe('one!');
    expect(await stage.read()).toBe('two');
    const third = stage.read();
    stage.type('ee\r');
    expect(await third).toBe('three');
  });
});

describe('Ctrl-C', () => {
  it('while an answer comes stops it, and takes back what is queued: Up brings it', async () => {
    const stage = new Stage();
    stage.type('two\rthree\x03');
    expect([stage.interrupts, stage.said]).toEqual([
      1,
      ['Not sent: two · three. The key Up brings it back.'],
    ]);
    const next = stage.read();
    stage.type('\x1b[A\x1b[A\r');
    expect(await next).toBe('two');
  });

  it.each([
    ['twice within 2 s while an answer comes', [0, 2000], true],
    ['twice, more slowly', [0, 2001], false],
  ] as const)('%s: the next read ends the chat or not', async (_name, [first, second], ends) => {
    const stage = new Stage();
    await stage.host.advance(first);
    stage.type('\x03');
    await stage.host.advance(second - first);
    stage.type('\x03');
    const next = stage.read();
    stage.type('on\r');
    if (ends) await expect(next).rejects.toMatchObject(interrupted);
    else expect(await next).toBe('on');
  });

  it('after a line is a first one again', async () => {
    const stage = new Stage();
    stage.type('\x03');
    const line = stage.read();
    stage.type('on\r');
    expect(await line).toBe('on');
    stage.type('\x03');
    const next = stage.read();
    stage.type('and on\r');
    expect(await next).toBe('and on');
  });

  it('at the prompt clears the line, then says how to leave, then leaves', async () => {
    const stage = new Stage();
    const line = stage.read();
    const left = expect(line).rejects.toMatchObject(interrupted);
    stage.type('some words');
    stage.type('\x03');
    stage.type('\x03');
    expect(stage.said).toEqual(['Press Ctrl-C once more, or Ctrl-D, to leave.']);
    await stage.host.advance(2001);
    stage.type('\x03');
    expect(stage.said).toHaveLength(2);
    stage.type('\x03');
    await left;
  });

  it('at the empty prompt takes back what waits behind a failed message', async () => {
    const stage = new Stage();
    stage.type('two\r');
    const again = stage.read('one');
    stage.type('\x03');
    stage.type('\x03');
    expect(stage.said.at(-1)).toBe('Not sent: two. The key Up brings it back.');
    stage.type('\r');
    expect(await again).toBe('');
    const next = stage.read();
    stage.type('three\r');
    expect(await next).toBe('three');
  });
});

it('Ctrl-D leaves, also typed ahead, when its turn comes', async () => {
  const stage = new Stage();
  stage.type('one\r\x04');
  expect([await stage.read(), await stage.read()]).toEqual(['one', undefined]);
});

it('Tab completes', async () => {
  const stage = new Stage();
  const line = stage.read();
  stage.type('/w');
  stage.type('\t');
  await stage.host.advance(0);
  stage.type('\r');
  expect(await line).toBe('/why ');
});

it('closing gives the terminal back', () => {
  const stage = new Stage();
  stage.editor.close();
  const { modes, shown } = stage.terminal;
  expect([modes, shown]).toEqual([[true, false], '\x1b[?2004h\x1b[?2004l']);
});
