/**
 * The providers of a simulation: each answers as a well-behaved model would, or fails as the
 * scenario says.
 */

import { type CorpusCase, readCases } from '../../scripts/lib/failure-corpus.ts';
import type { UpstreamRequest } from '../../src/host.ts';
import type { UpstreamStep } from '../fakes/fake-host.ts';
import type { Fault, Phase, Scenario } from './scenario.ts';

const failing = readCases().filter(
  ({ expect, protocol }) =>
    expect.class !== null && (protocol === undefined || protocol === 'openai-chat'),
);

/** What was asked, as it reads on the wire. */
export interface Sent {
  readonly at: number;
  readonly number: number;
  readonly provider: string;
  readonly model: string;
  readonly key: string;
}

export class FaultyUpstream {
  readonly sent: Sent[] = [];
  /** Requests that were given an answer without content. */
  readonly emptied = new Set<number>();
  /** Requests whose answer was given up by its provider's own word. */
  readonly unfinished = new Set<number>();
  /** What a request's answer must end with, when a provider broke it off with words of its own. */
  readonly foreign = new Map<number, string>();
  readonly #scenario: Pick<Scenario, 'phases' | 'healedAt'>;
  readonly #startedAt: number;
  readonly #used = new Map<Phase, number>();

  constructor(scenario: Pick<Scenario, 'phases' | 'healedAt'>, startedAt: number) {
    this.#scenario = scenario;
    this.#startedAt = startedAt;
  }

  answer(request: UpstreamRequest, now: number): UpstreamStep {
    const asked = readRequest(request);
    const sent: Sent = { ...asked, at: now };
    this.sent.push(sent);
    const phase = this.phaseOf(sent);
    const words = listWords(asked.number).slice(0);
    const rest = this.#restOf(asked, words.join(''));
    if (phase === undefined) return answerWith(asked.stream, rest);
    this.#used.set(phase, (this.#used.get(phase) ?? 0) + 1);
    return this.#fail(phase.fault, asked, rest);
  }

  /** What a request would meet; undefined if all is well. */
  phaseOf({
    at,
    provider,
    key,
    model,
  }: Pick<Sent, 'at' | 'provider' | 'key' | 'model'>): Phase | undefined {
    const since = at - this.#startedAt;
    if (since >= this.#scenario.healedAt) return undefined;
    return this.#scenario.phases.find(
      (phase) =>
        phase.provider === provider &&
        (phase.key ?? key) === key &&
        (phase.model ?? model) === model &&
        since >= phase.from &&
        since < phase.until &&
        (this.#used.get(phase) ?? 0) < phase.times,
    );
  }

  /**
   * Asked to go on with an answer, a model goes on; sometimes it starts over, which must not show.
   */
  #restOf({ number, partial }: Asked, whole: string): string {
    if (partial === undefined) return whole;
    if (whole.startsWith(partial)) return number % 7 === 0 ? whole : whole.slice(partial.length);
    const tail = `so ends ${number}.`;
    this.foreign.set(number, tail);
    return ` ${tail}`;
  }

  #fail(fault: Fault, asked: Asked, rest: string): UpstreamStep {
    switch (fault.kind) {
      case 'recorded':
        return this.#playRecorded(fault.pick, asked);
      case 'connect':
        return {
          error: Object.assign(new Error(`connect ${fault.code}`), { code: fault.code }),
          delayMs: 2,
        };
      case 'silent':
        return { silent: true };
      case 'slow':
        return { ...answerWith(asked.stream, rest), delayMs: fault.delayMs };
      case 'empty':
        this.emptied.add(asked.number);
        return answerWith(asked.stream, '');
      case 'status':
        return refuse(fault, asked);
      case 'finish':
        this.unfinished.add(asked.number);
        return answerWith(asked.stream, rest, fault.word);
      default:
        return spoil(fault, asked.stream, rest);
    }
  }

  #playRecorded(pick: number, { provider, stream, number }: Asked): UpstreamStep {
    const fitting = failing.filter(
      (found) =>
        [provider, 'custom'].includes(found.provider) && (stream || !('stream' in found.response)),
    );
    const found: CorpusCase | undefined = fitting[pick % fitting.length];
    if (found === undefined) throw new RangeError('the corpus is empty');
    if (found.expect.class === 'empty') this.emptied.add(number);
    if (found.expect.class === 'unfinished') this.unfinished.add(number);
    const { status, headers } = found.response;
    return { status, headers, chunks: found.text === '' ? [] : [found.text], delayMs: 5 };
  }
}

export interface Asked extends Omit<Sent, 'at'> {
  readonly stream: boolean;
  readonly question: string;
  /** The partial answer that is to be continued. */
  readonly partial: string | undefined;
}

/** Reads a request as its provider would. The first word of its question is its number. */
export function readRequest({ origin, path, headers, body }: UpstreamRequest): Asked {
  const { model, stream, messages } = JSON.parse(String(body));
  const [first] = messages;
  const partial = messages.findLast(({ role }: { role: string }) => role === 'assistant')?.content;
  return {
    number: Number.parseInt(first.content, 10),
    provider: `${new URL(origin).hostname.replace('.test', '')}${path.startsWith('/plan/') ? '-plan' : ''}`,
    question: first.content,
    model,
    stream: stream === true,
    key: (headers['authorization'] ?? '').replace('Bearer ', ''),
    partial,
  };
}

/** Twelve words that no other request is answered with. */
export function listWords(number: number): readonly string[] {
  return Array.from({ length: 12 }, (_, index) => `${index === 0 ? '' : ' '}r${number}w${index}`);
}

const sse = { 'content-type': 'text/event-stream' };
const json = { 'content-type': 'application/json' };

function answerWith(stream: boolean, text: string, finish = 'stop'): UpstreamStep {
  if (!stream) return { headers: json, chunks: [wholeBody(text, finish)], delayMs: 30 };
  return {
    headers: sse,
    chunks: [...listEvents(text), event({}, finish), 'data: [DONE]\n\n'],
    delayMs: 30,
    chunkDelayMs: 40,
  };
}

function refuse(
  { status, quotes }: Extract<Fault, { readonly kind: 'status' }>,
  { key, question }: Asked,
): UpstreamStep {
  const quoted = quotes ? `: with ${key} somebody said: ${question}` : '';
  const body = JSON.stringify({ error: { message: `out of sorts today${quoted}` } });
  return { status, headers: json, chunks: [body], delayMs: 5 };
}

function spoil(
  { kind, after }: Extract<Fault, { readonly after: number }>,
  stream: boolean,
  text: string,
): UpstreamStep {
  if (!stream) return spoilWhole(kind, text);
  const events = listEvents(text).slice(0, after);
  const step = { headers: sse, delayMs: 30, chunkDelayMs: 40 };
  if (kind === 'stall') return { ...step, chunks: events, stallAfter: true };
  if (kind === 'end') return { ...step, chunks: events };
  if (kind === 'cut')
    return {
      ...step,
      chunks: events,
      cutAfter: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
    };
  const all = answerWith(true, text).chunks ?? [];
  return {
    ...step,
    chunks: [...all.slice(0, after), 'data: {"choices":[{"ind\n\n', ...all.slice(after)],
  };
}

function spoilWhole(kind: 'cut' | 'end' | 'stall' | 'malformed', text: string): UpstreamStep {
  const body = wholeBody(text);
  if (kind === 'stall') return { headers: json, chunks: [body.slice(0, 40)], stallAfter: true };
  if (kind === 'cut' || kind === 'end')
    return { headers: json, chunks: [body.slice(0, 40)], delayMs: 30 };
  return { headers: json, chunks: ['<html>busy</html>'], delayMs: 30 };
}

/** What every whole answer says that it used. */
export const usage = { prompt_tokens: 5, completion_tokens: 12, total_tokens: 17 };

function wholeBody(text: string, finish = 'stop'): string {
  return JSON.stringify({
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }],
    usage,
  });
}

function listEvents(text: string): readonly string[] {
  return text
    .split(/(?= )/)
    .filter((word) => word !== '')
    .map((word) => event({ content: word }, null));
}

function event(delta: object, finish: string | null): string {
  return `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }], ...(finish === null ? {} : { usage }) })}\n\n`;
}
