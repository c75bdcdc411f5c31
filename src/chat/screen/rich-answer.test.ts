/** An answer is drawn once, whatever comes between its frames. */

import { Lexer } from 'marked';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { FakeTerminal } from '../../../test/fakes/fake-terminal.ts';
import type { AnswerView } from './face.ts';
import { Live } from './live.ts';
import { RichAnswer } from './rich-answer.ts';

/**
 * How often each line was written for good: what is drawn as a tail ends with no line feed of its
 * own.
 */
const linesOf = ({ shown }: FakeTerminal): readonly string[] =>
  shown.split('\r\n').filter((line) => /^line \d$/.test(line));

type Between = (terminal: FakeTerminal, view: AnswerView) => void;

it.each<[string, Between]>([
  ['nothing', () => undefined],
  ['a resize', (terminal) => terminal.output.emit('resize')],
  ['a status', (_terminal, view) => view.showStatus('asks the next')],
  [
    'a resize, and a status',
    (terminal, view) => {
      terminal.output.emit('resize');
      view.showStatus('asks the next');
    },
  ],
])('%s between two frames', async (_name, between) => {
  const host = createFakeHost();
  const terminal = new FakeTerminal();
  const typed = { describeAhead: () => ({ queued: '', begun: '' }), onAhead: () => undefined };
  const { output } = terminal;
  const context = { output, hasColor: false, clock: host.clock, lexer: Lexer, typed };
  const view = new RichAnswer(context, new Live(output));
  view.push('line 1\n\nline 2');
  await host.advance(30);
  between(terminal, view);
  view.push('\n\nline 3\n\n');
  await host.advance(30);
  view.push('line 4\n\n');
  view.end();
  const atEnd = terminal.shown;
  await host.advance(1000);
  expect(terminal.shown).toBe(atEnd);
  expect(linesOf(terminal)).toEqual(['line 1', 'line 2', 'line 3', 'line 4']);
});

it('a status has its time in front, and takes one row of any window; what is typed ahead has its own', async () => {
  const host = createFakeHost();
  const terminal = new FakeTerminal();
  const typed = {
    describeAhead: () => ({
      queued: `2 queued: ${'one '.repeat(30)} · two`,
      begun: `› ${'word '.repeat(30)}end`,
    }),
    onAhead: () => undefined,
  };
  const { output } = terminal;
  const context = { output, hasColor: false, clock: host.clock, lexer: Lexer, typed };
  const view = new RichAnswer(context, new Live(output));
  const drawn = (): string => terminal.shown.slice(terminal.shown.lastIndexOf('\x1b[?7l') + 5);
  view.showStatus(`waiting for ${'a server '.repeat(12)}`);
  await host.advance(12_000);
  const rows = drawn().split('\x1b[?7h')[0]?.split('\r\n') ?? [];
  expect(rows).toEqual([
    expect.stringMatching(/^12 s · waiting for .* (server|a)$/),
    expect.stringMatching(/^2 queued: one .* one$/),
    expect.stringMatching(/^word .* end$/),
  ]);
  expect(rows.every((row) => row.length < 80)).toBe(true);
  view.push('text');
  await host.advance(100);
  expect(drawn()).toMatch(/^text\r\n/);
  view.end();
  await host.advance(5000);
  expect(terminal.shown).toMatch(/text\r\n\r\n$/);
});
