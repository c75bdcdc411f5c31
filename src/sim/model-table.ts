/** The table of faults by model name: `sim/<name>` behaves as its row says. */

import type { Breakage } from './breakage.ts';
import type { AnswerShape, ModelFault, Occurrence, SimRefusal } from './fault.ts';
import { createNameLookup, type NameRow } from './name-table.ts';
import {
  contentPolicy,
  contextOverflow,
  createQuotation,
  createStatusRefusal,
  noImages,
  noPrefill,
  rolesOutOfTurn,
  systemNotFirst,
  systemNotFirst500,
} from './refusals.ts';
import { breaksAlternation, breaksSystemFirst } from './speakers.ts';

/** The order is that of `holdfast sim --list`. */
export const modelRows: readonly NameRow<ModelFault>[] = [
  ['plain', 'answers; so does every model name that names no fault', () => shape({})],
  ['tools', 'calls a tool whenever the request brings tools', () => shape({})],
  ['thinking', 'streams its reasoning before its answer', () => shape({})],
  [
    'summary',
    'answers with a summary that keeps what the prompt lists as "Word for word"',
    () => shape({ summary: 'short' }),
  ],
  [
    'inflated-summary',
    'answers with a summary that is longer than the prompt',
    () => shape({ summary: 'inflated' }),
  ],
  ['redacted-thinking', 'reasons in secret (anthropic-messages)', () => shape({})],
  [
    'only-reasoning',
    'reasons until its length limit, and writes nothing',
    () => shape({ says: 'reasoning' }),
  ],
  ['refusal', 'says that it cannot help', () => shape({ says: 'refusal' })],
  ['think-text', 'writes its thoughts into the text', () => shape({ says: 'thoughts' })],
  [
    'titles',
    'answers with a title where a system message asks for one (openai-chat)',
    () => shape({ says: 'titles' }),
  ],
  ['pace-Nms', 'waits N ms before each content event', (paceMs) => shape({ paceMs }), 'pace-20ms'],
  [
    'long-N',
    'answers in exactly N content events',
    (exactEvents) => shape({ exactEvents }),
    'long-60',
  ],
  [
    'status-NNN',
    'answers with this status, always',
    (status) => refuseWith(createStatusRefusal(status)),
    'status-503',
  ],
  [
    'status-NNN-once',
    'answers with this status once',
    (status) => refuseWith(createStatusRefusal(status), first(1)),
    'status-500-once',
  ],
  [
    'status-NNN-times-N',
    'answers with this status N times',
    (status, times) => refuseWith(createStatusRefusal(status), first(times)),
    'status-500-times-2',
  ],
  [
    'quoted-NNN',
    'answers as a proxy does that quotes its upstream, which has refused so',
    (status) => refuseWith(createQuotation(status)),
    'quoted-401',
  ],
  [
    '429-once-after-N',
    'answers 429 with Retry-After: N once',
    (retryAfterSeconds) => refuseWith({ ...createStatusRefusal(429), retryAfterSeconds }, first(1)),
    '429-once-after-2',
  ],
  [
    '429-forever',
    'answers 429 without Retry-After, always',
    () => refuseWith(createStatusRefusal(429)),
  ],
  [
    'down-Ns',
    'answers 503 for N s, beginning with the first request',
    (seconds) => refuseWith(createStatusRefusal(503), ({ isWithin }) => isWithin(seconds)),
    'down-60s',
  ],
  ['context-overflow', 'answers 400 context_length_exceeded', () => refuseWith(contextOverflow)],
  ['content-policy', 'answers 400 content_policy_violation', () => refuseWith(contentPolicy)],
  [
    'no-prefill',
    'answers 400 when the last message is the assistant’s',
    () => refuseWith(noPrefill, ({ isPrefill }) => isPrefill),
  ],
  [
    'blind',
    'answers 400 when the request has images',
    () => refuseWith(noImages, ({ hasImages }) => hasImages()),
  ],
  [
    'strict-roles',
    'answers 400, as vLLM does, when a system message comes after the first one or within the conversation',
    () => refuseWith(systemNotFirst, ({ speakers }) => breaksSystemFirst(speakers())),
  ],
  [
    'strict-roles-500',
    'answers the same with 500, as llama.cpp does',
    () => refuseWith(systemNotFirst500, ({ speakers }) => breaksSystemFirst(speakers())),
  ],
  [
    'alternating-roles',
    'answers 400 when user and assistant do not alternate, or the user speaks behind a tool’s result',
    () => refuseWith(rolesOutOfTurn, ({ speakers }) => breaksAlternation(speakers())),
  ],
  ['reset', 'resets the connection before the head', () => breakWith('reset')],
  ['reset-once', 'resets the connection before the head once', () => breakWith('reset', first(1))],
  ['silent', 'never answers', () => breakWith('silent')],
  [
    'slow-first-Ns',
    'sends the head at once and the first token N s later',
    (firstTokenSeconds) => shape({ firstTokenSeconds }),
    'slow-first-20s',
  ],
  [
    'finish-WORD',
    'ends its answer with this word as its finish reason; `null` for none',
    () => shape({ finish: 'WORD' }),
    'finish-network_error',
  ],
  [
    'finish-WORD-after-N',
    'ends its answer with this word after N content events, though more was to come',
    (events) => shape(finishAfter(events, 'WORD')),
    'finish-error-after-40',
  ],
  ['cut-after-N', 'closes the connection after N content events', cutAfter, 'cut-after-40'],
  ['stall-after-N', 'falls silent after N content events', stallAfter, 'stall-after-20'],
  ['malformed-N', 'sends invalid JSON as the Nth content event', malformedAt, 'malformed-10'],
  ['no-done', 'ends without its terminal marker', () => shape({ withoutDone: true })],
  [
    'error-in-stream',
    'sends an error event after three content events',
    () => shape({ errorAfter: 3, leastEvents: 6 }),
  ],
  ['error-in-200', 'answers 200 with an error as its body', () => breakWith('error-in-200')],
  ['html-200', 'answers 200 with a page of HTML', () => breakWith('html-200')],
  ['html-502', 'answers 502 with a page of HTML', () => breakWith('html-502')],
  ['empty', 'answers 200 without a body', () => breakWith('empty')],
  [
    'truncated-head',
    'closes the connection in the middle of the head',
    () => breakWith('truncated-head'),
  ],
  ['wrong-length', 'promises a longer body than it sends', () => breakWith('wrong-length')],
  ['garbage-sse', 'streams bytes that are no events', () => breakWith('garbage-sse')],
  ['crlf', 'ends the lines of its events with CR LF', () => shape({ hasCrlf: true })],
  ['keepalive-comments', 'sends a comment before each event', () => shape({ hasComments: true })],
];

const lookUpRow = createNameLookup(modelRows);

/** Returns the fault for a name (without `sim/`). */
export function lookUpModelFault(name: string): ModelFault | undefined {
  const [, word, events] = /^finish-([A-Za-z_]+)(?:-after-(\d+))?$/.exec(name) ?? [];
  if (word === undefined) return lookUpRow(name);
  const finish = word === 'null' ? null : word;
  return shape(events === undefined ? { finish } : finishAfter(Number(events), finish));
}

function shape(answer: AnswerShape): ModelFault {
  return { kind: 'shape', shape: answer };
}

function refuseWith(refusal: SimRefusal, when: Occurrence = () => true): ModelFault {
  return { kind: 'refuse', refusal, when };
}

function first(times: number): Occurrence {
  return ({ count }) => count() <= times;
}

function breakWith(breakage: Breakage, when: Occurrence = () => true): ModelFault {
  return { kind: 'break', breakage, when };
}

/** Makes the whole answer half as long again as a cut one: 40 of 60 events. */
function longerThan(events: number): number {
  return Math.max(events + 1, Math.ceil(events * 1.5));
}

function cutAfter(events: number): ModelFault {
  return shape({ cutAfter: events, leastEvents: longerThan(events) });
}

function finishAfter(events: number, finish: string | null): AnswerShape {
  return {
    finish,
    finishAfter: events,
    leastEvents: longerThan(events),
  };
}

function stallAfter(events: number): ModelFault {
  return shape({ stallAfter: events, leastEvents: longerThan(events) });
}

function malformedAt(event: number): ModelFault {
  return shape({ malformedAt: event, leastEvents: event + 2 });
}
