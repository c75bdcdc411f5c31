/**
 * Removes quotes of the request from a provider's words (step 4 of a request), because prompts are
 * content (law 2). Every failure of an attempt passes through here before anything else reads it.
 */

import { isLocalUrl } from '../../config/resolve/local-url.ts';
import type { Span } from '../../credentials/redact/notations.ts';
import type { Redactor } from '../../credentials/redact/redact.ts';
import type { Failure } from '../../model/failure.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import type { Continuation, ReadBody } from '../../protocols/contract/protocol.ts';
import type { StreamWatch } from '../../protocols/contract/watched-stream.ts';
import { isRecord, listIn, type WireObject } from '../../protocols/json/is-record.ts';
import { type CutFailure, withCutWords } from './kept-failure.ts';
import { findPhrases } from './phrases.ts';
import { findShared, findSharedInSlices, mayShare, sliceLength } from './shared-words.ts';

/** Replaces a part of the request. */
export const yourText = '[your text]';

/** Longer codes are cut. */
const maxCodeLength = 100;

interface AskedAttempt {
  readonly body: ReadBody;
  readonly continuation?: Continuation | undefined;
  readonly request: Pick<AccessRequest, 'upload'>;
  readonly target: Pick<Target, 'model'>;
  readonly engine: { readonly phrases: () => readonly string[] };
}

/** A streamed answer as the client sees it, and as the provider sent it. */
interface HeardAnswer {
  readonly watch?: StreamWatch;
  readonly spokenWatch?: StreamWatch;
}

/**
 * Returns the failure with words that may be stored; `said` has those for its caller. `answer`:
 * what has arrived of one.
 */
export function keepFailure(
  failure: Failure,
  plan: AskedAttempt,
  answer: HeardAnswer = {},
): CutFailure {
  const { message, code } = failure;
  const heard = wordsHeard(answer, failure);
  // An upload cannot be searched, nor can an answer that was not kept.
  const isUnknown = plan.request.upload !== undefined || heard === undefined;
  const isUnseen = (isUnknown && failure.answer !== undefined) || isLong(plan.body);
  const kept = withoutShared(message, plan, { heard, isUnseen });
  const keptCode =
    code === undefined
      ? undefined
      : withoutShared(code.slice(0, maxCodeLength), plan, { heard, isUnseen });
  const isWhole = kept === message && keptCode === code;
  const whole = failure.leadsTo === undefined ? {} : { leadsTo: failure.leadsTo };
  return withCutWords(failure, {
    message: kept,
    ...(keptCode === undefined ? {} : { code: keptCode }),
    // a place that is in the words too
    ...(isWhole ? whole : { said: message }),
  });
}

/**
 * Does the same for a long request, which is searched in slices so that other requests are served
 * meanwhile.
 */
export async function keepMore(
  failure: CutFailure,
  plan: AskedAttempt,
  { answer, pause }: { readonly answer: HeardAnswer | undefined; pause(): Promise<void> },
): Promise<CutFailure> {
  const { said } = failure;
  if (said === undefined || !isLong(plan.body)) return failure;
  const heard = wordsHeard(answer ?? {}, failure);
  if (heard === undefined) return failure;
  const shared = await findSharedInSlices(said, bodiesOf(plan, heard), pause);
  return withCutWords(failure, { ...failure, message: cutShared(said, plan, shared) });
}

/** True when it is too long to search without a pause. */
function isLong({ pieces }: ReadBody): boolean {
  return pieces.reduce((length, piece) => length + piece.length, 0) > sliceLength;
}

/** Removes every secret (law 20). */
export function redactFailure(failure: CutFailure, redactor: Pick<Redactor, 'redact'>): CutFailure {
  const redact = (text: string): string => redactor.redact(text);
  const { message, code, said, leadsTo } = failure;
  return {
    ...failure,
    message: redact(message),
    ...(leadsTo === undefined ? {} : { leadsTo: redact(leadsTo) }),
    ...(said === undefined ? {} : { said: redact(said) }),
    ...(code === undefined ? {} : { code: redact(code) }),
  };
}

/**
 * Returns the original words, for code that reads numbers and names from them. Never store them.
 */
export function saidBy({ said, message }: Failure): string {
  return said ?? message;
}

/**
 * Returns what the answer has said so far, without the event that failed; undefined if that may be
 * incomplete: it was not kept, or was more than text.
 */
function wordsHeard(
  { watch, spokenWatch = watch }: HeardAnswer,
  { answer: failed }: Pick<Failure, 'answer'>,
): string | undefined {
  if (watch === undefined || spokenWatch === undefined) return '';
  if (spokenWatch.lacksUnread) return undefined;
  const hasFailed = [watch, spokenWatch].some(({ finish }) => finish.kind === 'broken');
  const unread = spokenWatch.unread.filter((event) => event !== failed?.body).join('\n');
  if (!spokenWatch.hasContent && !hasFailed) return unread;
  const { text, textEvents, obstacle } = watch.delivered();
  const isAll = watch.contents > 0 && watch.contents === textEvents && obstacle === undefined;
  return isAll && !hasFailed ? `${unread}\n${text}` : undefined;
}

interface SearchedWords {
  readonly heard: string | undefined;
  /** True when the content of the request is unknown. */
  readonly isUnseen: boolean;
}

function withoutShared(
  text: string,
  plan: AskedAttempt,
  { heard = '', isUnseen }: SearchedWords,
): string {
  const shared =
    isUnseen && mayShare(text)
      ? [{ start: 0, end: text.length }]
      : findShared(text, bodiesOf(plan, heard));
  return cutShared(text, plan, shared);
}

/** Lists everything that an error may quote. */
function bodiesOf(
  { body, continuation }: AskedAttempt,
  heard: string,
): readonly (readonly Uint8Array[])[] {
  return [body.pieces, [Buffer.from(`${continuation?.delivered.text ?? ''}\n${heard}`)]];
}

/**
 * Removes what the text shares with the request, except names, and phrases that providers are known
 * to use.
 */
function cutShared(text: string, plan: AskedAttempt, shared: readonly Span[]): string {
  if (shared.length === 0) return text;
  const isCut = new Uint8Array(text.length);
  for (const { start, end } of shared) isCut.fill(1, start, end);
  for (const { start, end } of findPhrases(text, plan.engine.phrases())) isCut.fill(0, start, end);
  for (const { start, end } of findNames(text, plan)) isCut.fill(0, start, end);
  for (const { 0: server, index: start } of text.matchAll(servers))
    if (isOfNetwork(server)) isCut.fill(0, start, start + server.length);
  return cutMarked(text, isCut);
}

/** Splits a quote from the punctuation around it. */
const quoted = /^([^\p{L}\p{N}]*)([\s\S]*?)([^\p{L}\p{N}]*)$/u;

function cutMarked(text: string, isCut: Uint8Array): string {
  let kept = '';
  for (let start = 0; start < text.length; ) {
    const next = isCut.indexOf(isCut[start] === 1 ? 0 : 1, start);
    const end = next < 0 ? text.length : next;
    const part = text.slice(start, end);
    const [, before = '', words = '', after = ''] = quoted.exec(part) ?? [];
    kept += isCut[start] !== 1 || words === '' ? part : `${before}${yourText}${after}`;
    start = end;
  }
  return kept.replaceAll(repeated, yourText);
}

/** Matches several of them with only punctuation between. */
const repeated = /\[your text\](?:[^\p{L}\p{N}]*\[your text\])+/gu;

/**
 * Of a link to this machine or its network the server alone is kept: why nobody else can open it.
 */
const servers = /\bhttps?:\/\/[\w.:[\]-]{3,80}(?=[/?#]|[^\w@.:-]|$)/g;

function isOfNetwork(server: string): boolean {
  const secure = server.replace('http:', 'https:');
  return URL.canParse(secure) && isLocalUrl(secure);
}

/** A shared part has at least this length. */
const nameShapes = /[\w.:/@-]{24,200}/g;

/**
 * Finds ids of models and of objects in the request, names of tools, and fields: without them an
 * error would not say what was wrong.
 */
function* findNames(text: string, { body, target }: AskedAttempt): Generator<Span> {
  let names: ReadonlySet<string> | undefined;
  for (const { 0: name, index: start } of text.matchAll(nameShapes)) {
    names ??= new Set([
      target.model,
      body.model,
      ...(isLong(body)
        ? []
        : [...(body.bound()?.references ?? []).map((one) => one.name), ...namesIn(body)]),
    ]);
    if (names.has(name)) yield { start, end: start + name.length };
  }
}

/** Lists a body's names of tools and fields. */
function namesIn(body: ReadBody): readonly string[] {
  try {
    const parsed = body.parseToTranslate();
    return [
      ...Object.keys(parsed),
      ...toolsIn(parsed).flatMap(({ name, parameters, input_schema: schema }) => [
        ...(typeof name === 'string' ? [name] : []),
        ...[parameters, schema]
          .filter(isRecord)
          .flatMap((shape) => Object.keys(Object(shape['properties']))),
      ]),
    ];
  } catch {
    return []; // a body that cannot be parsed has no names
  }
}

const lists = ['function_declarations', 'functionDeclarations'] as const;

function toolsIn(body: WireObject): readonly WireObject[] {
  const tools = [...listIn(body['tools']), ...listIn(body['functions'])].filter(isRecord);
  const within = tools.flatMap((tool) => [
    tool['function'],
    tool['custom'],
    ...lists.flatMap((list) => listIn(tool[list])),
  ]);
  return [...tools, ...within.filter(isRecord)];
}
