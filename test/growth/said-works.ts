/**
 * What providers and callers may say at any length: the work of redacting it, classifying it,
 * keeping of it what is no content, reading heads, and telling what was counted.
 */

import { classifyAnswer, errorBodyLimit } from '../../src/access/classify/classify.ts';
import { keepFailure } from '../../src/access/classify/kept-words.ts';
import { openPhrases } from '../../src/access/classify/phrases.ts';
import { findRefusedField } from '../../src/access/classify/refused-field.ts';
import { digestPrompt } from '../../src/access/request/prompt-digest.ts';
import { Redactor } from '../../src/credentials/redact/redact.ts';
import { judgeSnapshot } from '../../src/explain/snapshot/take-snapshot.ts';
import { parseResponseHead } from '../../src/host/http1/response-head.ts';
import { createNodeFiles } from '../../src/host/node-files.ts';
import { Counters } from '../../src/metrics/counters.ts';
import { renderMetrics } from '../../src/metrics/prometheus.ts';
import { openaiChat } from '../../src/protocols/openai-chat/protocol.ts';
import { recordOf } from '../fakes/record.ts';
import type { Work } from './growth.ts';

/**
 * A text is made of one of these, again and again: what an expression that tries in vain would try
 * at each place.
 */
const pieces: Readonly<Record<string, string>> = {
  words: 'some words and a/file.ts here. ',
  letters: 'abcdefgh',
  digits: '12345678',
  hex: 'deadbeef',
  'hex pairs': 'de ad be ef ',
  base64: 'aGk+/x==',
  backslashes: '\\\\\\\\',
  unicode: '\\u0041\\u00e9',
  percents: '%41%42%',
  'HTML escapes': '&#x41;&amp;&',
  spaces: '        ',
  lines: '\n\n\n\n',
  brackets: '{"[{\'',
  'open braces': '{{{{',
  quotes: '"\\"\'',
  dots: 'a.b.c.',
  'bearer tokens': 'Bearer ',
  'key prefixes': 'sk-sk-sk-',
  queries: '?key=&token=',
  headers: 'x-api-key: authorization=',
  'try again': 'try again in 1 s and ',
  tags: '<html><p>',
  links: 'https://a.b/c',
  fields: "'a.b' is not ",
  parts: '[your text] ',
  ids: 'resp_1abc with id ',
  han: '决定。',
  faces: '\u{1f600}',
};

const phrases = openPhrases(createNodeFiles());
const known = 'sk-test-0123456789abcdefghij-ABCDEFG';

function createRedactor(): Redactor {
  const redactor = new Redactor();
  for (const secret of [known, 'abcdefghabcdefghabcdefgh', 'aGk+/x==aGk+/x==aGk+'])
    redactor.register(secret);
  return redactor;
}

const nothing = (text: string): string => text;

function classify(body: string, redact = nothing) {
  return classifyAnswer({
    provider: 'p',
    model: 'm',
    status: 400,
    headers: {},
    body,
    isProven: true,
    isProvenWithModel: true,
    now: 0,
    redact,
  });
}

const ofTexts: readonly Work[] = Object.entries(pieces).flatMap(([what, piece]) => {
  const most = Math.floor(errorBodyLimit / 4 / piece.length);
  return [
    {
      name: `redaction: a text of ${what}`,
      size: most,
      prepare: (size: number) => {
        const redactor = createRedactor();
        const text = piece.repeat(size);
        return () => redactor.redact(text).length;
      },
    },
    {
      name: `an error that is a text of ${what}`,
      size: most,
      prepare: (size: number) => {
        const text = piece.repeat(size);
        return () => findRefusedField(classify(text));
      },
    },
    {
      name: `an error whose message is a text of ${what}`,
      size: most,
      prepare: (size: number) => {
        const text = JSON.stringify({ error: { message: piece.repeat(size), type: piece } });
        return () => findRefusedField(classify(text));
      },
    },
    {
      name: `what is kept of an error: a request of ${what}`,
      size: 4 * most,
      prepare: (size: number) => {
        const content = `${piece.repeat(size)} end`;
        const body = Buffer.from(
          JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] }),
        );
        const failure = classify(piece.repeat(500));
        return () =>
          keepFailure(failure, {
            engine: { phrases },
            body: openaiChat.readBody({ body }, 'generate'),
            request: {},
            target: { model: 'm' },
          });
      },
    },
  ];
});

const ofMany: readonly Work[] = [
  {
    name: 'redaction: many secrets that begin alike',
    size: 500,
    prepare: (size) => {
      const secrets = Array.from(
        { length: size },
        (_, at) => `sk-test-common-beginning-${at}-${'x'.repeat(20)}`,
      );
      const text = `${'sk-test-common-'.repeat(1000)}`;
      return () => {
        const redactor = new Redactor();
        for (const secret of secrets) redactor.register(secret);
        return redactor.redact(text).length;
      };
    },
  },
  {
    name: 'redaction: a text of many secrets',
    size: 1000,
    prepare: (size) => {
      const redactor = createRedactor();
      const text = `${known} `.repeat(size);
      return () => redactor.redact(text).length;
    },
  },
  {
    name: 'the digest of a prompt: many turns',
    size: 3000,
    prepare: (size) => {
      const messages = Array.from({ length: size }, (_, at) => ({
        role: at % 2 === 0 ? 'user' : 'assistant',
        content: [{ type: 'text', text: 'word '.repeat(4) }],
      }));
      const bytes = Buffer.from(JSON.stringify({ model: 'm', messages }));
      return () => digestPrompt(openaiChat.readBody({ body: bytes }, 'generate'), bytes, 'key');
    },
  },
  {
    name: 'the head of an answer: many lines',
    size: 2000,
    prepare: (size) => {
      const lines = Array.from({ length: size }, (_, at) => `x-header-${at}: ${at}\r\n`).join('');
      return () => parseResponseHead(`HTTP/1.1 200 OK\r\n${lines}`);
    },
  },
  {
    name: 'the head of an answer: one name many times',
    size: 2000,
    prepare: (size) => {
      const lines = 'set-cookie: a=b\r\n'.repeat(size);
      return () => parseResponseHead(`HTTP/1.1 200 OK\r\n${lines}`);
    },
  },
  {
    name: '/metrics: many targets',
    size: 1000,
    prepare: (size) => {
      const targets = Array.from({ length: size }, (_, at) => ({ target: { id: `p/m-${at}` } }));
      const providers = new Set(['p']);
      const counters = new Counters(() => ({
        routes: new Map([['main', { targets }]]),
        providers,
      }));
      for (const { target } of targets) counters.note(recordOf({ answeredBy: target.id }));
      return () => renderMetrics(counters, { inflight: 0, startedAt: 0 }).length;
    },
  },
  {
    name: 'the verdict of a snapshot: many keys that are missing',
    size: 3000,
    prepare: (size) => {
      const standing = { state: 'missing', detail: 'none' } as const;
      const one = { baseUrl: 'https://p.test', reason: 'main', keys: [], standing } as const;
      const targets = Array.from({ length: size }, (_, at) => ({
        ...one,
        id: `p${at}/m`,
        provider: `p${at}`,
        images: { seen: 'unknown' } as const,
      }));
      const routes = [{ task: 'main', isUsable: false, targets }];
      const plan = { at: 0, config: '', routes, tasksOff: [] };
      return () => judgeSnapshot(plan, []);
    },
  },
];

export const saidWorks: readonly Work[] = [...ofTexts, ...ofMany];
