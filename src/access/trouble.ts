/** What the record of a request in trouble says beyond its attempts: what a person can do, and which prompt it was. Off the path of healthy requests. */

import { createHmac } from 'node:crypto';
import type { FailureClass } from '../model/failure.ts';
import type { CandidateVerdict, RequestRecord } from '../model/record.ts';
import { isRecord, type WireObject } from '../protocols/is-record.ts';
import type { ReadBody } from '../protocols/protocol.ts';
import type { Journey } from './journey.ts';
import { listMends, mendsOf } from './mends.ts';
import { readRequest } from './spending/estimate.ts';

/** What does not end by itself: worth a mend even where somebody else has answered. */
const lasting: ReadonlySet<FailureClass> = new Set<FailureClass>([
  'auth-rejected',
  'auth-suspect',
  'auth-revoked',
  'forbidden-model',
  'billing',
  'quota',
  'tls',
  'model-missing',
  'not-offered',
]);

/** A prompt is not looked for in a body that takes longer than this to parse. */
const mostBytes = 1_000_000;

type Told = Pick<RequestRecord, 'outcome' | 'candidates'>;

export function tellTrouble(journey: Journey, told: Told): Pick<RequestRecord, 'mends' | 'promptDigest'> {
  const isFailed = told.outcome === 'failed' || told.outcome === 'broken';
  const mends = isFailed ? listMends(journey, told.candidates ?? []) : mendsOf(journey, listLasting(journey));
  const promptDigest = digestPrompt(journey.body, journey.engine.promptKey);
  return { mends: mends.length === 0 ? undefined : mends, promptDigest };
}

/** Who failed for a reason that lasts; whoever has answered after all needs nothing. */
function listLasting({ story, candidates }: Journey): readonly CandidateVerdict[] {
  const last = story.attempts.at(-1);
  const answered = last?.failure === undefined ? last : undefined;
  const tried = story.misses.map(({ candidate, failure, text }) => ({
    target: candidate.target.id,
    credential: candidate.credential?.id,
    cause: failure.class,
    text,
  }));
  const held = candidates
    .skipped()
    .flatMap(({ target, credential, heldFor, reason }) =>
      heldFor === undefined ? [] : [{ target, credential, cause: heldFor, text: reason }],
    );
  return [...tried, ...held]
    .filter(({ cause }) => lasting.has(cause))
    .filter(({ target, credential }) => target !== answered?.target || credential !== answered.credential)
    .map((one) => ({ ...one, was: 'tried', requests: 1 }));
}

/** Stands for the last thing that the user said, and reveals nothing of it. */
function digestPrompt(body: ReadBody, key: string): string | undefined {
  if (body.byteLength > mostBytes) return undefined;
  const text = findLastUserText(readRequest(body) ?? {}); // a body that cannot be read was refused for that
  if (text === undefined) return undefined;
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 16);
}

/** Where the protocols have their conversations. */
const conversations = ['messages', 'input', 'contents'] as const;

function findLastUserText(body: WireObject): string | undefined {
  const said = conversations.map((field) => body[field]).find((found) => found !== undefined);
  if (typeof said === 'string') return said;
  if (!Array.isArray(said)) return undefined;
  return said
    .filter((item) => isRecord(item) && item['role'] === 'user')
    .map(readText)
    .findLast((text) => text !== '');
}

function readText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(readText).join('');
  return isRecord(value) ? readText(value['text'] ?? value['content'] ?? value['parts'] ?? '') : '';
}
