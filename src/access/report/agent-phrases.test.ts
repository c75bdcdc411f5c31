/**
 * No error of ours makes a known agent act as if it were the provider's own, whatever was quoted.
 * The agents' own conditions, as their packages have them.
 */

import { describe, expect, it } from 'vitest';
import { type CorpusCase, readCases } from '../../../scripts/lib/failure-corpus.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { requestIn, tongues } from '../../../test/integration/protocol-cases.ts';
import { catalogue } from '../../providers/builtin.ts';
import { createRuntime } from '../../runtime.ts';
import { paraphrase } from './agent-phrases.ts';

type Condition = (message: string, status: number) => boolean;

const has =
  (...words: readonly string[]): Condition =>
  (message) =>
    words.some((word) => message.toLowerCase().includes(word));

/**
 * Claude Code 2.1.330, opencode 1.18.33, qwen-code 0.24.4, goose and LiteLLM (as of November 2026),
 * aider 0.86.2, Cline 3.0.65.
 */
const conditions: Readonly<Record<string, Condition>> = {
  'Claude Code: key': has('x-api-key', 'not a valid api key for this workspace'),
  'Claude Code: money': has(
    'credit balance is too low',
    'usage credits are required',
    'extra usage is required',
  ),
  'Claude Code: organization': has('organization has been disabled'),
  'Claude Code: login': has(
    'oauth token has been revoked',
    'oauth access token has been revoked',
    'oauth token has expired',
  ),
  'Claude Code: busy': (message) =>
    message.includes('overloaded_error') || message.includes('rate_limit_error'),
  'Claude Code: too long': has(
    'prompt is too long',
    'input is too long for requested model',
    'maximum context length',
    'context_length_exceeded',
    'exceeds the context window',
    'contextwindowexceedederror',
    'longer than the maximum model length',
    "longer than the model's context length",
    'exceeds the available context size',
    'exceeds the maximum number of tokens allowed',
    'exceeded model token limit',
    'input token length too long',
    'input tokens exceed the configured limit',
    'maximum context limit',
    'maximum prompt length',
    'prompt exceeds max length',
    'tokens in request more than max tokens allowed',
    'range of input length should be',
    'context window exceeds limit',
    'but model only supports up to',
    'reduce the length of the messages',
    '`inputs` tokens + `max_new_tokens` must be',
    'context exceeds your deployment',
  ),
  'opencode: busy': (message) => message.includes('Overloaded'),
  'opencode: quota': has('exceeded your current quota'),
  'opencode: too long': (message) =>
    [
      /prompt is too long/i,
      /request_too_large/i,
      /exceeds (?:the )?(?:model'?s )?maximum context length(?: of [\d,]+ tokens?|\s*\([\d,]+\))/i,
      /input token count.*exceeds the maximum/i,
      /maximum prompt length is \d+/i,
      /exceeds (?:the )?maximum allowed input length of [\d,]+ tokens?/i,
      /input \(\d+ tokens\) is longer than the model'?s context length \(\d+ tokens\)/i,
      /exceeds the limit of \d+/i,
      /greater than the context length/i,
      /context[_ ]length[_ ]exceeded/i,
      /request entity too large/i,
      /context length is only \d+ tokens/i,
      /input length.*exceeds.*context length/i,
      /prompt too long; exceeded (?:max )?context length/i,
      /too large for model with \d+ maximum context length/i,
      /prompt has [\d,]+ tokens?, but the configured context size is [\d,]+ tokens?/i,
      /model_context_window_exceeded/i,
      /too many tokens/i,
      /token limit exceeded/i,
    ].some((phrase) => phrase.test(message)),
  'qwen-code: quota': (message) => {
    const lower = message.toLowerCase();
    const isSpent = lower.includes('exhausted') || lower.includes('exceeded');
    return (
      lower.includes('quota') &&
      isSpent &&
      (lower.includes('will reset') || lower.includes('reset at'))
    );
  },
  'qwen-code: free quota': has('free allocated quota exceeded'),
  'goose: too long': has(
    'too long',
    'context length',
    'context_length_exceeded',
    'reduce the length',
    'token count',
    'exceeds',
    'exceed context limit',
    'input length',
    'max_tokens',
    'decrease input length',
    'context limit',
    'maximum prompt length',
  ),
  'LiteLLM: limit': (message, status) =>
    status !== 429 && (/rate[\s_-]*limit/i.test(message) || message.includes('Request too large')),
  'LiteLLM: too long': has(
    'exceed context limit',
    "this model's maximum context length is",
    "requested token count exceeds the model's maximum context length",
    'string too long. expected a string with maximum length',
    "model's maximum context limit",
    "is longer than the model's context length",
    'input tokens exceed the configured limit',
    '`inputs` tokens + `max_new_tokens` must be',
    'current length is',
    'maximum input length is',
    'input too long:',
  ),
  'aider: money': has('insufficient credits'),
  'Cline: money': has('insufficient_credits', 'not enough credits', 'cline credits balance'),
};

/** The error that a request gets whose only target, with two keys, always answers so. */
async function askAt(
  { provider, response, text }: CorpusCase,
  tongue: (typeof tongues)[number],
): Promise<{ readonly told: string; readonly status: number }> {
  const host = createFakeHost();
  host.upstream.answerBy(() => ({
    status: response.status,
    headers: response.headers,
    chunks: [text],
  }));
  const keys = ['one', 'two'].map((label) => ({
    label,
    api_key: `sk-test-agent-phrases-${label}`,
  }));
  const main = { protocol: 'openai-chat', base_url: 'https://one.test/v1', credentials: keys };
  const config = { main: `${provider}/m`, max_wait: 1, providers: { [provider]: main } };
  const runtime = createRuntime({ host, config });
  const { path, query, bytes } = requestIn(tongue, {
    model: 'main',
    ...tongue.fields,
    [tongue.conversation ?? 'messages']: [{ role: 'user', content: 'hi' }],
  });
  let told = '';
  let isOver = false;
  const take = (chunk?: Uint8Array): boolean => {
    told += Buffer.from(chunk ?? []).toString();
    return true;
  };
  let answered = 0;
  const head = (status: number): void => {
    answered = status;
  };
  const sink = { head, write: take, onDrain: (resume: () => void) => resume(), end: take };
  const { signal } = new AbortController();
  const ended = runtime
    .exchange({ method: 'POST', path, query, headers: {}, body: bytes, signal }, sink)
    .finally(() => {
      isOver = true;
    });
  await host.advance(0);
  while (!isOver) await host.advance(5000);
  await ended;
  await runtime.close();
  return { told, status: answered };
}

const listMet = (message: string, status: number): readonly string[] =>
  Object.keys(conditions).filter((name) => conditions[name]?.(message, status) === true);

/** What a caller's own login is refused with goes to that caller as it came. */
const takesKeys = (provider: string): boolean => catalogue.get(provider)?.takesLoginsOnly !== true;
const refusals = readCases().filter(
  ({ provider, protocol, response }) =>
    takesKeys(provider) && protocol === undefined && response.status >= 400,
);

describe.each(tongues)('an error of ours, to a client of $protocol', (tongue) => {
  it('holds no phrase that an agent acts on, whatever every provider of the corpus says', async () => {
    let count = 0;
    for (const one of refusals) {
      const { told, status } = await askAt(one, tongue);
      if (!told.includes('[holdfast request')) continue; // law 15: the provider's own words, or those of its protocol
      count += 1;
      const { error } = JSON.parse(told);
      expect(
        listMet(error.message, status),
        `${one.provider}/${one.case}: ${error.message}`,
      ).toEqual([]);
    }
    expect(count).toBeGreaterThan(150);
  });
});

it('knows every phrase of the corpus by itself, and those that stand in none', () => {
  for (const { text } of readCases())
    for (const status of [400, 429])
      expect(listMet(paraphrase(text, status), status), text).toEqual([]);
});

it.each([
  [
    'Visit https://platform.openai.com/account/rate-limits to learn more.',
    'Visit https://platform.openai.com to learn more.',
  ],
  ['see (https://a.test/docs?of=too-long).', 'see (https://a.test/docs?of=too-long).'],
  ['see https://a.test/overloaded_error/x', 'see https://a.test'],
  ['详见HTTPS://a.test:8443/rate-limits。稍后重试', '详见HTTPS://a.test:8443。稍后重试'],
  ['see http://[::1]:80/rate_limit?x=1#y>', 'see http://[::1]:80>'],
])('cuts an address that holds a phrase to its server: %s', (message, said) => {
  expect(paraphrase(message, 400)).toBe(said);
});

it('leaves all else as it is', () => {
  const message =
    'acme/m answered 503 (server-error); it said: "upstream connect error". Earliest retry in 20 s (14:03)';
  expect(paraphrase(message, 400)).toBe(message);
});
