/**
 * Makes requests full of private words, and errors of providers that quote them. A seed decides
 * where, how escaped and how much.
 */

import type { Random } from '../simulation/random.ts';
import type { UpstreamStep } from './fake-host.ts';

const syllables = ['ba', 'ki', 'mur', 'zo', 'tel', 'vash', 'ond', 'ree', 'plu', 'gh', 'ix', 'amo'];
const oddities = [
  '\n',
  '\t',
  ' "so" ',
  " it's ",
  ' C:\\kim\\ora ',
  ' 你好世界这是秘密的句子 ',
  ' é ü ',
  ' 😀 ',
  ' <b> & ',
  ' 100% ',
  '{"a": [1]} ',
  ' quarterlyRevenueForecastOfAcme ',
  ' 这是一个没有空格的很长的秘密句子里面有公司下个季度的全部计划 ',
];

function word(random: Random): string {
  return Array.from({ length: random.integer(2, 4) }, () => random.pick(syllables)).join('');
}

/** Returns words that occur nowhere else. */
export function privateText(random: Random): string {
  const parts = Array.from({ length: random.integer(6, 30) }, () =>
    random.chance(0.15) ? random.pick(oddities) : `${word(random)} `,
  );
  return parts.join('');
}

/** Returns a conversation in the format of `openai-chat`, and its texts. */
export function privateConversation(random: Random): {
  readonly texts: readonly string[];
  readonly messages: readonly { readonly role: string; readonly content: string }[];
} {
  const texts = Array.from({ length: random.integer(1, 4) }, () => privateText(random));
  const roles = ['user', 'assistant'];
  const messages = texts.map((content, index) => ({ role: roles[index % 2] ?? 'user', content }));
  return {
    texts,
    messages: texts.length % 2 === 0 ? [...messages, { role: 'user', content: 'hm' }] : messages,
  };
}

/** Ways in which a program writes a text that it quotes. */
const notations: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify(text),
  (text) => JSON.stringify(JSON.stringify({ content: text })),
  (text) =>
    JSON.stringify(text).replaceAll(
      /[^\x20-\x7e]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  (text) =>
    `{'role': 'user', 'content': '${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}', 'name': None}`,
  (text) =>
    `b'${[...Buffer.from(text)].map((byte) => (byte < 0x7f && byte > 0x1f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`)).join('')}'`,
  (text) => encodeURIComponent(Buffer.from(text).toString()),
  (text) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
  (text) => text.toUpperCase().replaceAll(/[^ -~\s]/g, '?'),
  (text) => text.replaceAll(/\s+/g, ' '),
  // A form, as Java, PHP and browsers write one.
  (text) => new URLSearchParams({ q: text }).toString(),
  (text) => encodeURIComponent(encodeURIComponent(Buffer.from(text).toString())),
  // Text of Protocol Buffers, in octal.
  (text) =>
    [...Buffer.from(JSON.stringify(text))]
      .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\${byte.toString(8)}`))
      .join(''),
  (text) => [...text].map((char) => `&#x${char.codePointAt(0)?.toString(16)};`).join(''),
  (text) => [...text].map((char) => `&#${char.codePointAt(0)};`).join(''),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(JSON.stringify({ content: text })).toString('base64url'),
  (text) =>
    (
      Buffer.from(text)
        .toString('base64')
        .match(/.{1,76}/g) ?? []
    ).join('\n'),
  (text) => Buffer.from(text).toString('hex'),
  (text) =>
    [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
];

/** Returns a part of one of the texts in one of these notations. */
function quote(random: Random, texts: readonly string[]): string {
  const text = random.pick(texts);
  const from = random.chance(0.5) ? 0 : random.integer(0, text.length);
  const part = random.chance(0.4) ? text : text.slice(from, from + random.integer(10, 200));
  const written = random.pick(notations)(part);
  return random.chance(0.25) ? random.pick(notations)(written) : written;
}

const sentences = [
  'Invalid request',
  'Your input was rejected',
  'validation failed for',
  'bad value',
  'Rate limit reached',
  'insufficient balance',
];

/** Returns a sentence with quotations in it. */
export function quotingSentence(random: Random, texts: readonly string[]): string {
  const count = random.integer(1, 2);
  return Array.from(
    { length: count },
    () => `${random.pick(sentences)}: ${quote(random, texts)}`,
  ).join('; ');
}

type Shape = (said: string) => object | string;

const bodies: readonly Shape[] = [
  (message) => ({ error: { message, type: 'invalid_request_error', code: 'bad' } }),
  (message) => ({ error: { message: 'no', code: message, param: message } }),
  (message) => ({ error: message }),
  (message) => ({ type: 'error', error: { type: 'api_error', message } }),
  (message) => [{ error: { code: 400, status: 'INVALID_ARGUMENT', message } }],
  (message) => ({ detail: [{ loc: ['body', 'messages'], msg: 'bad', input: message }] }),
  (message) => ({
    message: `litellm.BadRequestError: OpenAIException - ${JSON.stringify({ error: { message } })}`,
  }),
  (message) => ({ base_resp: { status_code: 1004, status_msg: message } }),
  (message) => ({ what: { happened: message } }),
  (message) => message,
  (message) => `<html><body><pre>${message}</pre></body></html>`,
  (message) => ({ choices: [{ index: 0, error: { message }, message: { content: message } }] }),
];

const statuses = [400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 529];

/** Returns an error that quotes. */
export function quotingStep(random: Random, texts: readonly string[]): UpstreamStep {
  const said = quotingSentence(random, texts);
  const kind = random.integer(0, 9);
  if (kind === 0)
    return {
      error: Object.assign(new Error(`fetch failed: ${said}`), { code: said.slice(0, 60) }),
    };
  if (kind === 1) return quotingStream(said, random.chance(0.5));
  if (kind === 3) return quotingFinish(random, random.pick(texts));
  const body = random.pick(bodies)(said);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = {
    'x-error': encodeURIComponent(Buffer.from(said).toString()).slice(0, 500),
    'retry-after': said.replaceAll(/[^ -~]/g, '').slice(0, 80),
  };
  if (kind === 2)
    return { headers: { ...headers, 'content-type': 'application/json' }, chunks: [text] };
  return { status: random.pick(statuses), headers, chunks: [text] };
}

/**
 * Returns an answer whose finish reason is a word of the request, whole or streamed, before or
 * after content.
 */
function quotingFinish(random: Random, text: string): UpstreamStep {
  const longest = text.split(/\s+/).reduce((one, word) => (word.length > one.length ? word : one));
  const finish_reason = random.pick([`error ${text}`.slice(0, 60), `${longest}_error`]);
  const choice = { index: 0, message: { content: 'so' }, delta: { content: 'so' }, finish_reason };
  const body = JSON.stringify({ id: 'c', choices: [choice] });
  if (random.chance(0.5)) return { chunks: [body] };
  return {
    headers: { 'content-type': 'text/event-stream' },
    chunks: [`data: ${body}\n\ndata: [DONE]\n\n`],
  };
}

function quotingStream(message: string, hasContent: boolean): UpstreamStep {
  const content = `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content: 'so' } }] })}\n\n`;
  const error = `data: ${JSON.stringify({ error: { message, code: 'bad' } })}\n\n`;
  return {
    headers: { 'content-type': 'text/event-stream' },
    chunks: hasContent ? [content, error] : [error],
  };
}

const shared = 24;
/** Every shared run has a sample at one of the places that are so far apart. */
const sampleLength = 12;
const step = shared - sampleLength + 1;

/**
 * Finds parts of the texts, of 24 characters or more, in the written text. Shares no code with the
 * search under test.
 */
export function findLeaks(written: string, texts: readonly string[]): readonly string[] {
  const parts = listRuns(texts, shared);
  const samples = listRuns(texts, sampleLength);
  const leaks = new Set<string>();
  for (const view of viewsOf(written).map(flatten)) {
    for (let at = 0; at + sampleLength <= view.length; at += step) {
      if (!samples.has(view.slice(at, at + sampleLength))) continue;
      for (let start = Math.max(0, at + 1 - step); start <= at; start++) {
        const part = view.slice(start, start + shared);
        if (parts.has(part)) leaks.add(part);
      }
    }
  }
  return [...leaks];
}

function listRuns(texts: readonly string[], length: number): ReadonlySet<string> {
  const runs = new Set<string>();
  for (const text of texts.map(flatten))
    for (let at = 0; at + length <= text.length; at++) runs.add(text.slice(at, at + length));
  return runs;
}

const readers = [
  unescapeJson,
  unescapeOctal,
  unescapeUrl,
  unescapeForm,
  unescapeHtml,
  decodeBase64,
  decodeHex,
];

/** The text as it stands, and read in each notation, after JSON too. */
function viewsOf(written: string): readonly string[] {
  const json = unescapeJson(written);
  return [written, ...readers.map((read) => read(written)), ...readers.map((read) => read(json))];
}

function flatten(text: string): string {
  return text.replaceAll('\\', '').replaceAll(/\s+/g, ' ').toLowerCase();
}

function unescapeJson(text: string): string {
  return text
    .replaceAll(/\\+u([\da-f]{4})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replaceAll(/(?:\\+x[\da-f]{2})+/gi, (run) =>
      Buffer.from(run.replaceAll(/\\+x/gi, ''), 'hex').toString(),
    )
    .replaceAll(/\\+[nrt]/g, ' ')
    .replaceAll('\\', '');
}

function unescapeUrl(text: string): string {
  return text.replaceAll(/(?:%[\da-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString(),
  );
}

function unescapeForm(text: string): string {
  return unescapeUrl(text.replaceAll('+', ' '));
}

function unescapeOctal(text: string): string {
  return text.replaceAll(/(?:\\+[0-3][0-7]{2})+/g, (run) =>
    Buffer.from((run.match(/[0-7]{3}/g) ?? []).map((one) => Number.parseInt(one, 8))).toString(),
  );
}

function decodeBase64(text: string): string {
  return text.replaceAll(/[\w+/-]{32,}={0,2}/g, (run) => Buffer.from(run, 'base64').toString());
}

function decodeHex(text: string): string {
  return text.replaceAll(/(?:[\da-f]{2}){24,}/gi, (run) => Buffer.from(run, 'hex').toString());
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll(/&#x([\da-f]+);/gi, (_, hex: string) =>
      String.fromCodePoint(Number.parseInt(hex, 16)),
    )
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
