/** The one table of faults by model name: `sim/<name>` behaves as its row says. */

import type { Breakage, ModelFault, Occurrence, SimRefusal } from './fault.ts';
import { createNameLookup, type NameRow } from './name-table.ts';
import { contentPolicy, contextOverflow, createStatusRefusal, noImages, noPrefill } from './refusals.ts';

/** Every model of the simulated provider, in the order `holdfast sim --list` prints them. */
export const modelRows: readonly NameRow<ModelFault>[] = [
  row('plain', 'answers; so does every model name that names no fault', () => shape({})),
  row('tools', 'calls a tool whenever the request brings tools', () => shape({})),
  row('thinking', 'streams its reasoning before its answer', () => shape({})),
  row('summary', 'answers with a summary that keeps what the prompt lists as "Word for word"', () =>
    shape({ summary: 'short' }),
  ),
  row('inflated-summary', 'answers with a summary that is longer than the prompt', () =>
    shape({ summary: 'inflated' }),
  ),
  row('redacted-thinking', 'reasons in secret (anthropic-messages)', () => shape({})),
  row('only-reasoning', 'reasons until its length limit, and writes nothing', () =>
    shape({ says: 'reasoning' }),
  ),
  row('refusal', 'says that it cannot help', () => shape({ says: 'refusal' })),
  row('think-text', 'writes its thoughts into the text', () => shape({ says: 'thoughts' })),
  row('titles', 'answers with a title where a system message asks for one (openai-chat)', () =>
    shape({ says: 'titles' }),
  ),
  row('pace-Nms', 'waits N ms before each content event', ([ms]) => shape({ paceMs: ms ?? 0 }), 'pace-20ms'),
  row(
    'long-N',
    'answers in exactly N content events',
    ([events]) => shape({ exactEvents: events ?? 1 }),
    'long-60',
  ),
  row('status-NNN', 'answers with this status, always', ([status]) => refuse(usual(status)), 'status-503'),
  row(
    'status-NNN-once',
    'answers with this status once',
    ([status]) => refuse(usual(status), first(1)),
    'status-500-once',
  ),
  row(
    'status-NNN-times-N',
    'answers with this status N times',
    ([status, times]) => refuse(usual(status), first(times)),
    'status-500-times-2',
  ),
  row(
    '429-once-after-N',
    'answers 429 with Retry-After: N once',
    ([seconds]) => refuse({ ...usual(429), retryAfterSeconds: seconds ?? 0 }, first(1)),
    '429-once-after-2',
  ),
  row('429-forever', 'answers 429 without Retry-After, always', () => refuse(usual(429))),
  row(
    'down-Ns',
    'answers 503 for N s, beginning with the first request',
    ([seconds]) => refuse(usual(503), { type: 'during', seconds: seconds ?? 0 }),
    'down-60s',
  ),
  row('context-overflow', 'answers 400 context_length_exceeded', () => refuse(contextOverflow)),
  row('content-policy', 'answers 400 content_policy_violation', () => refuse(contentPolicy)),
  row('no-prefill', 'answers 400 when the last message is the assistant’s', () =>
    refuse(noPrefill, { type: 'prefill' }),
  ),
  row('blind', 'answers 400 when the request has images', () => refuse(noImages, { type: 'images' })),
  row('reset', 'resets the connection before the head', () => broken('reset')),
  row('reset-once', 'resets the connection before the head once', () => broken('reset', first(1))),
  row('silent', 'never answers', () => broken('silent')),
  row(
    'slow-first-Ns',
    'sends the head at once and the first token N s later',
    ([seconds]) => shape({ firstTokenSeconds: seconds ?? 0 }),
    'slow-first-20s',
  ),
  row(
    'cut-after-N',
    'closes the connection after N content events',
    ([events]) => cutAfter(events),
    'cut-after-40',
  ),
  row(
    'stall-after-N',
    'falls silent after N content events',
    ([events]) => stallAfter(events),
    'stall-after-20',
  ),
  row(
    'malformed-N',
    'sends invalid JSON as the Nth content event',
    ([event]) => malformedAt(event),
    'malformed-10',
  ),
  row('no-done', 'ends without its terminal marker', () => shape({ withoutDone: true })),
  row('error-in-stream', 'sends an error event after three content events', () =>
    shape({ errorAfter: 3, leastEvents: 6 }),
  ),
  row('error-in-200', 'answers 200 with an error as its body', () => broken('error-in-200')),
  row('html-200', 'answers 200 with a page of HTML', () => broken('html-200')),
  row('html-502', 'answers 502 with a page of HTML', () => broken('html-502')),
  row('empty', 'answers 200 without a body', () => broken('empty')),
  row('truncated-head', 'closes the connection in the middle of the head', () => broken('truncated-head')),
  row('wrong-length', 'promises a longer body than it sends', () => broken('wrong-length')),
  row('garbage-sse', 'streams bytes that are no events', () => broken('garbage-sse')),
  row('crlf', 'ends the lines of its events with CR LF', () => shape({ hasCrlf: true })),
  row('keepalive-comments', 'sends a comment before each event', () => shape({ hasComments: true })),
];

/** The fault a name (without `sim/`) asks for. */
export const lookUpModelFault: (name: string) => ModelFault | undefined = createNameLookup(modelRows);

function row(
  ...[name, effect, build, example = name]: readonly [
    string,
    string,
    (numbers: readonly number[]) => ModelFault,
    string?,
  ]
): NameRow<ModelFault> {
  return { name, example, effect, build };
}

function shape(answer: Extract<ModelFault, { kind: 'shape' }>['shape']): ModelFault {
  return { kind: 'shape', shape: answer };
}

function refuse(refusal: SimRefusal, when: Occurrence = { type: 'always' }): ModelFault {
  return { kind: 'refuse', refusal, when };
}

function usual(status = 500): SimRefusal {
  return createStatusRefusal(status);
}

function first(times = 1): Occurrence {
  return { type: 'first', times };
}

function broken(breakage: Breakage, when: Occurrence = { type: 'always' }): ModelFault {
  return { kind: 'break', breakage, when };
}

// The answer outlives the fault by half, so that something is missing: 40 of 60 events.
function cutAfter(events = 0): ModelFault {
  return shape({ cutAfter: events, leastEvents: Math.max(events + 1, Math.ceil(events * 1.5)) });
}

function stallAfter(events = 0): ModelFault {
  return shape({ stallAfter: events, leastEvents: Math.max(events + 1, Math.ceil(events * 1.5)) });
}

function malformedAt(event = 1): ModelFault {
  return shape({ malformedAt: event, leastEvents: event + 2 });
}
