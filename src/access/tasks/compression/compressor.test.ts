/**
 * A conversation of any length made shorter, and what comes of it when nobody makes a summary of
 * use.
 */

import { countTokens } from 'gpt-tokenizer';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../../test/fakes/fake-host.ts';
import { recordOf } from '../../../../test/fakes/record.ts';
import { NoTargetAnswered } from '../../../errors.ts';
import type { FailureClass } from '../../../model/failure.ts';
import { missReasons, type TaskMessage, textOfMessage } from '../../../tasks/profile.ts';
import type { AskTask } from '../ask-task.ts';
import { Compressor } from './compressor.ts';

const usualContextWindow = 128_000;

/** Reads files and edits them, round after round; with pictures, and what must survive. */
function createConversation(rounds: number): readonly TaskMessage[] {
  const source = Array.from(
    { length: 170 },
    (_, line) => `  const value${line} = read(options.path, ${line});`,
  );
  const round = (n: number): TaskMessage[] => [
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: `r${n}`,
          type: 'function',
          function: { name: `read_${n}`, arguments: `{"path":"src/part${n % 7}.ts"}` },
        },
        {
          id: `g${n}`,
          type: 'function',
          function: { name: `grep_${n}`, arguments: '{"pattern":"value"}' },
        },
      ],
    },
    { role: 'tool', tool_call_id: `g${n}`, content: 'none' },
    { role: 'tool', tool_call_id: `r${n}`, content: source.join('\n') },
  ];
  const picture = {
    type: 'image_url',
    image_url: { url: `data:image/png;base64,${'A'.repeat(400_000)}` },
  } as const;
  return [
    { role: 'system', content: 'You are a coding agent.' },
    {
      role: 'user',
      content: [{ type: 'text', text: 'Move the login to the new service.' }, picture],
    },
    { role: 'user', content: 'Never touch the public API of src/login.ts.' },
    ...Array.from({ length: rounds }, (_, n) => round(n)).flat(),
    { role: 'assistant', content: 'We decided to keep SQLite. The tests are next.' },
    { role: 'user', content: 'Go on.' },
  ];
}

const promptOf = (messages: readonly TaskMessage[]): string =>
  messages.map(textOfMessage).join('\n');
const listOf = (prompt: string): string =>
  /Word for word:\n([\s\S]*?)\n\nThe summary/.exec(prompt)?.[1] ?? '';
const summarise = (prompt: string): string => `## Goals\n${listOf(prompt)}\n## State\nAll is well.`;

interface Asked {
  readonly prompts: string[];
  readonly ask: AskTask;
}

function askWith(
  answer: (prompt: string, count: number) => string | Error,
  tokens = countTokens,
): Asked {
  const prompts: string[] = [];
  const ask: AskTask = async (_task, messages, { judge }) => {
    const prompt = promptOf(messages);
    prompts.push(prompt);
    const text = answer(prompt, prompts.length);
    if (text instanceof Error) throw text;
    const cause = judge?.({
      text,
      reasoningLength: 0,
      finish: 'stop',
      hasToolCalls: false,
      askedLimit: undefined,
    });
    if (cause !== undefined) throw failWith('unusable', missReasons[cause]);
    const usage = { inputTokens: tokens(prompt), outputTokens: tokens(text) };
    return { text, record: recordOf({ answeredBy: 'one/m', usage }) };
  };
  return { prompts, ask };
}

function start(asked: Asked, contextWindow: number | undefined = usualContextWindow) {
  const host = createFakeHost();
  const targets = () => [{ id: 'one/m', contextWindow }];
  return { host, compressor: new Compressor({ clock: host.clock, askTask: asked.ask, targets }) };
}

function failWith(failureClass: FailureClass, message = 'all are out'): NoTargetAnswered {
  const failure = { class: failureClass, rule: 'r', message: 'm' };
  const attempt = {
    target: 'one/m',
    credential: 'c',
    fingerprint: 'f',
    startedAt: 0,
    durationMs: 1,
    failure,
  };
  const record = recordOf({ outcome: 'failed', attempts: [attempt] });
  return new NoTargetAnswered(message, record, { code: 'exhausted', partialText: '' });
}

describe('a conversation of 400,000 tokens with tools, every context window 128,000', () => {
  const messages = createConversation(200);

  it('is compressed in parts that fit, with every call beside its results', async () => {
    expect(countTokens(promptOf(messages))).toBeGreaterThan(400_000);
    const asked = askWith(summarise);
    const { compressor } = start(asked);
    const {
      isCompressed,
      messages: shorter,
      tokensAfter,
      failure,
    } = await compressor.compress(messages);
    expect({ isCompressed, failure }).toEqual({ isCompressed: true, failure: undefined });
    expect(tokensAfter).toBeLessThan(25_000);
    expect(asked.prompts.length).toBeLessThan(9);
    for (const prompt of asked.prompts) {
      expect(countTokens(prompt)).toBeLessThan(usualContextWindow - 8000);
      const [calls, results] = [/calls (\w+)\]/g, /result of (\w+)\]/g].map((pattern) =>
        [...prompt.matchAll(pattern)].map(([, name]) => name).sort(),
      );
      expect(calls).toEqual(results);
    }
    expect(shorter[0]).toBe(messages[0]);
    expect(shorter.at(-1)).toBe(messages.at(-1));
    const summary = promptOf(shorter.slice(1, 2));
    for (const kept of [
      'Move the login to the new service.',
      'Never touch the public API of src/login.ts.',
      'src/part3.ts',
    ])
      expect(summary).toContain(kept);
    expect(JSON.stringify(shorter)).not.toContain('AAAA');
  });

  it('adds what the model has dropped of the list', async () => {
    const dropped = 'Move the login to the new service.';
    const asked = askWith((prompt) => summarise(prompt).replace(dropped, 'Login.'));
    const { summary } = await start(asked).compressor.compress(messages);
    expect(summary).toContain(`## Word for word\n- ${dropped}`);
  });

  it.each<[string, (prompt: string) => string, string]>([
    ['empty', () => ' ', 'empty'],
    ['longer than its source', (prompt) => `## State\n${prompt}\n${prompt}`, 'longer'],
    [
      'an answer in its place',
      () => 'The tests are next, so I have written them: all of them pass now.',
      'no summary',
    ],
    ['without what must stand in it', () => '## State\nAll is well.', 'word for word'],
    ['a refusal', () => "I'm sorry, but I can't help with that.", 'refused'],
  ])(
    'a summary that is %s is refused, and the messages come back as they were',
    async (_name, answer, why) => {
      const before = JSON.stringify(messages);
      const result = await start(askWith(answer)).compressor.compress(messages);
      expect(result.isCompressed).toBe(false);
      expect(result.messages).toBe(messages);
      expect(JSON.stringify(result.messages)).toBe(before);
      expect(result.failure).toMatchObject({ cause: 'no-usable-summary', retryAfterMs: 60_000 });
      expect(result.failure?.message).toContain(why);
    },
  );
});

describe('a compression', () => {
  const messages = createConversation(12);

  it('says when it is worth asking again: later after each failure in a row', async () => {
    let isDown = true;
    const asked = askWith((prompt) => (isDown ? failWith('server-error') : summarise(prompt)));
    const { compressor } = start(asked);
    const pauses: unknown[] = [];
    for (let n = 0; n < 4; n++)
      pauses.push((await compressor.compress(messages)).failure?.retryAfterMs);
    isDown = false;
    expect((await compressor.compress(messages)).isCompressed).toBe(true);
    isDown = true;
    const { failure, messages: same } = await compressor.compress(messages);
    expect(pauses).toEqual([60_000, 300_000, 900_000, 900_000]);
    expect(failure).toEqual({
      cause: 'nobody-answered',
      message: 'all are out',
      retryAfterMs: 60_000,
    });
    expect(same).toBe(messages);
  });

  it('that is too large for the target is not worth asking again', async () => {
    const { compressor } = start(askWith(() => failWith('too-large')));
    const { failure } = await compressor.compress(messages);
    expect(failure).toEqual({ cause: 'nobody-answered', message: 'all are out' });
  });

  it('has one limit of time for all of its requests', async () => {
    const never: AskTask = (_task, _messages, { signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      );
    const { host, compressor } = start({ prompts: [], ask: never });
    const asked = compressor.compress(messages, { timeoutMs: 5000 });
    await host.advance(5000);
    expect(await asked).toMatchObject({
      isCompressed: false,
      messages,
      failure: { cause: 'too-late' },
    });
  });

  it('rejects with the reason of an abort', async () => {
    const caller = new AbortController();
    const asked = askWith(() => {
      caller.abort(new Error('gone'));
      return failWith('server-error');
    });
    await expect(
      start(asked).compressor.compress(messages, { signal: caller.signal }),
    ).rejects.toThrow('gone');
  });

  it('sends smaller parts where a context window is smaller than it is known to be', async () => {
    const asked = askWith((prompt) =>
      countTokens(prompt) > 9000 ? failWith('context-overflow') : summarise(prompt),
    );
    const { isCompressed } = await start(asked, undefined).compressor.compress(messages);
    expect(isCompressed).toBe(true);
    expect(asked.prompts.length).toBeGreaterThan(3);
  });

  it('corrects its estimate by what the provider has counted', async () => {
    const asked = askWith(summarise, (text) => 2 * countTokens(text));
    const { compressor } = start(asked, 32_000);
    await compressor.compress(createConversation(40));
    const [first = '', second = ''] = asked.prompts;
    expect(second.length).toBeLessThan(first.length * 0.7);
  });

  it('has nothing to do where all of it is kept', async () => {
    const asked = askWith(summarise);
    const { failure } = await start(asked).compressor.compress(messages, { keepTokens: 1_000_000 });
    expect(failure?.cause).toBe('nothing-to-compress');
    expect(asked.prompts).toEqual([]);
  });
});
