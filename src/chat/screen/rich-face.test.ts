/** A whole chat on a terminal, in process: what a person types and sees, and what is sent. */

import { Lexer } from 'marked';
import { expect, it } from 'vitest';
import { answer, half, play, refusal, texts } from '../../../test/fakes/chat-stage.ts';
import type { FakeHost, UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { FakeTerminal } from '../../../test/fakes/fake-terminal.ts';
import { createRichFace } from './rich-face.ts';

type Person = (terminal: FakeTerminal, host: FakeHost) => Promise<void>;

/** The person acts while the chat runs; then Ctrl-D leaves. */
async function playOnTerminal(steps: readonly UpstreamStep[], act: Person) {
  const terminal = new FakeTerminal();
  let acted = Promise.resolve();
  const { sent, session } = await play({
    lines: [],
    steps,
    openFace: (host) => {
      const { input, output } = terminal;
      const complete = (line: string): [string[], string] => [[], line];
      const face = createRichFace({
        input,
        output,
        hasColor: false,
        clock: host.clock,
        lexer: Lexer,
        complete,
        history: [],
      });
      acted = act(terminal, host).then(() => terminal.type('\x04'));
      return face;
    },
  });
  await acted;
  const texted = terminal.shown.replaceAll(
    new RegExp(String.raw`${'\x1b'}\[[0-9;?]*[A-Za-z]`, 'g'),
    '',
  );
  return { sent, session, shown: texted };
}

const slow = (text: string): UpstreamStep => ({ ...answer(text), delayMs: 5000 });

it('lines typed before and while an answer comes are shown as queued, and sent in order', async () => {
  const { sent, shown } = await playOnTerminal(
    [slow('A'), slow('B'), slow('C')],
    async (terminal, host) => {
      terminal.type('one\r');
      await host.advance(3000);
      terminal.type('two\rthr');
      terminal.type('ee\r');
      await host.advance(30_000);
    },
  );
  expect(texts(sent.at(-1))).toEqual(['one', 'A', 'two', 'B', 'three']);
  expect(shown).toMatch(/3 s · waiting for the first token of one\/m at one\.example/);
  expect(shown).toContain('2 queued: two · three');
});

it('a message that fails is edited first, and the queue follows its answer', async () => {
  const refused = refusal('temperature is wrong');
  const { sent, shown } = await playOnTerminal(
    [{ ...refused, delayMs: 2000 }, refused, answer('A'), answer('B')],
    async (terminal, host) => {
      terminal.type('one\r');
      await host.advance(1000);
      terminal.type('two\r');
      await host.advance(10_000);
      terminal.type(', please\r');
      await host.advance(10_000);
    },
  );
  expect(texts(sent.at(-1)).slice(-3)).toEqual(['one, please', 'A', 'two']);
  expect(shown).toContain('It waits until the message below is answered.');
});

it('Ctrl-C stops the answer, keeps it, and sends nothing that is queued', async () => {
  const { sent, session, shown } = await playOnTerminal([half], async (terminal, host) => {
    terminal.type('one\r');
    await host.advance(1000);
    terminal.type('two\r\x03');
    await host.advance(3000);
  });
  expect([sent.length, session?.said.at(-1)]).toMatchObject([
    1,
    { text: 'half', state: 'stopped' },
  ]);
  expect(shown).toContain('Not sent: two.');
});
