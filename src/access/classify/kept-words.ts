/**
 * A provider's words as they may be kept (step 4 of a request): providers quote requests in their
 * errors, and what was asked is content (law 2). Every failure of an attempt comes by here before
 * anything else reads it.
 */

import type { Span } from '../../credentials/redact/notations.ts';
import type { Redactor } from '../../credentials/redact/redact.ts';
import type { Failure } from '../../model/failure.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import type { Continuation, ReadBody } from '../../protocols/contract/protocol.ts';
import type { StreamWatch } from '../../protocols/contract/watched-stream.ts';
import { isRecord, listIn, type WireObject } from '../../protocols/json/is-record.ts';
import { type CutFailure, withCutWords } from './kept-failure.ts';
import type { SignatureTable } from './match-signature.ts';
import { findPhrases } from './phrases.ts';
import { findShared, findSharedInSlices, mayShare, sliceLength } from './shared-words.ts';

/** Stands where a part of the request stood. */
export const yourText = '[your text]';

/** Of a code no more is kept. */
const longestCode = 100;

/** What was asked, and of whom. */
interface AskedAttempt {
  readonly body: ReadBody;
  readonly continuation?: Continuation | undefined;
  readonly request: Pick<AccessRequest, 'upload'>;
  readonly target: Pick<Target, 'model'>;
  readonly engine: { readonly signatures: SignatureTable };
}

/** A streamed answer as its caller has it, and as the provider speaks it. */
interface HeardAnswer {
  readonly watch?: StreamWatch;
  readonly spokenWatch?: StreamWatch;
}

/**
 * The failure with words that may be kept; `said` has those that its caller may see. `answer`: what
 * has come of one.
 */
export function keepFailure(
  failure: Failure,
  plan: AskedAttempt,
  answer: HeardAnswer = {},
): CutFailure {
  const { message, code } = failure;
  const heard = wordsHeard(answer);
  // What went out as it came in cannot be looked at, nor can an answer that was not kept.
  const isUnknown = plan.request.upload !== undefined || heard === undefined;
  const isUnseen = (isUnknown && failure.answer !== undefined) || isLong(plan.body);
  const kept = withoutShared(message, plan, { heard, isUnseen });
  const keptCode =
    code === undefined
      ? undefined
      : withoutShared(code.slice(0, longestCode), plan, { heard, isUnseen });
  const isWhole = kept === message && keptCode === code;
  return withCutWords(failure, {
    message: kept,
    ...(keptCode === undefined ? {} : { code: keptCode }),
    ...(isWhole ? {} : { said: message }),
  });
}

/**
 * The same failure with all of its words that may be kept: a long request is searched for them
 * here, in slices, for others are served meanwhile.
 */
export async function keepMore(
  failure: CutFailure,
  plan: AskedAttempt,
  { answer, pause }: { readonly answer: HeardAnswer | undefined; pause(): Promise<void> },
): Promise<CutFailure> {
  const { said } = failure;
  if (said === undefined || !isLong(plan.body)) return failure;
  const heard = wordsHeard(answer ?? {});
  if (heard === undefined) return failure;
  const shared = await findSharedInSlices(said, bodiesOf(plan, heard), pause);
  return withCutWords(failure, { ...failure, message: cutShared(said, plan, shared) });
}

/** Longer than what is searched without a pause. */
function isLong({ pieces }: ReadBody): boolean {
  return pieces.reduce((length, piece) => length + piece.length, 0) > sliceLength;
}

/** Without any secret (law 20). */
export function redactFailure(failure: CutFailure, redactor: Pick<Redactor, 'redact'>): CutFailure {
  const redact = (text: string): string => redactor.redact(text);
  const { message, code, said } = failure;
  return {
    ...failure,
    message: redact(message),
    ...(said === undefined ? {} : { said: redact(said) }),
    ...(code === undefined ? {} : { code: redact(code) }),
  };
}

/** What was said, for whoever reads figures and names out of it. Never to be written down. */
export function saidBy({ said, message }: Failure): string {
  return said ?? message;
}

/**
 * What the answer has said so far; undefined where that is not known to be all: it was not kept, or
 * was more than text.
 */
function wordsHeard({ watch, spokenWatch = watch }: HeardAnswer): string | undefined {
  if (watch === undefined || spokenWatch === undefined) return '';
  const hasFailed = [watch, spokenWatch].some(({ finish }) => finish.kind === 'broken');
  if (!spokenWatch.hasContent && !hasFailed) return '';
  const { text, textEvents, obstacle } = watch.delivered();
  const isAll = watch.contents > 0 && watch.contents === textEvents && obstacle === undefined;
  return isAll && !hasFailed ? text : undefined;
}

interface SearchedWords {
  readonly heard: string | undefined;
  /** Nobody knows what the request said. */
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

/** All that may be quoted. */
function bodiesOf(
  { body, continuation }: AskedAttempt,
  heard: string,
): readonly (readonly Uint8Array[])[] {
  return [body.pieces, [Buffer.from(`${continuation?.delivered.text ?? ''}\n${heard}`)]];
}

/** What is shared goes, but for names, and for phrases that providers are known to use. */
function cutShared(text: string, plan: AskedAttempt, shared: readonly Span[]): string {
  if (shared.length === 0) return text;
  const isCut = new Uint8Array(text.length);
  for (const { start, end } of shared) isCut.fill(1, start, end);
  for (const { start, end } of findPhrases(text, plan.engine.signatures.phrases()))
    isCut.fill(0, start, end);
  for (const { start, end } of findNames(text, plan)) isCut.fill(0, start, end);
  return cutMarked(text, isCut);
}

/** What a quotation says, without the punctuation around it. */
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

/** Two of them, with nothing that says anything between. */
const repeated = /\[your text\](?:[^\p{L}\p{N}]*\[your text\])+/gu;

/** As long as a part of the request must be to be found. */
const nameShapes = /[\w.:/@-]{24,200}/g;

/**
 * Ids of models and of what the request refers to, names of tools, and fields: without them nobody
 * could tell what was wrong.
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

/** What a body calls its tools and its fields. */
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
    return []; // in a body that cannot be read nothing has a name
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
