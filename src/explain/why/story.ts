/**
 * Tells the story of one request: the verdict, a line for each candidate, the time, and the fixes
 * (docs/why.md). In a list, a client's repeats of one prompt are one incident. Pure: made from
 * records and the current time.
 */

import { fixEmpty, isEmptyAnswer, isForAll } from '../../access/report/ended.ts';
import { nameRequest } from '../../access/wording/name-request.ts';
import { describeClock } from '../../access/wording/when.ts';
import { rowOfClass } from '../../failures/classes.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { RequestRecord } from '../../model/record.ts';
import { describeSteps, type TaleLine } from './lines.ts';
import {
  describeWhatFailed,
  isRequestFault,
  judgeRequest,
  listSteps,
  type TaleStep,
} from './verdict.ts';
import { alignColumns, countNoun, describeSpan } from './wording.ts';

export interface Story {
  /** Says the outcome in one sentence. */
  readonly verdict: string;
  readonly lines: readonly TaleLine[];
  /** Lists the time, the request, its caller, its configuration, and the failure's page. */
  readonly facts: readonly string[];
  readonly notes: readonly string[];
  /** Things that a person can do, one per entry; empty if there are none. */
  readonly fixes: readonly string[];
  /** If `fixes` is empty: what comes next, or that there is nothing to fix. */
  readonly nothingToFix?: string | undefined;
}

/** Marks that have ended by `now` are described in the past tense. */
export function createStory(record: RequestRecord, now: number): Story {
  const steps = listSteps(record);
  const fixes = suggestFixes(record, steps);
  return {
    verdict: judgeRequest(record, steps),
    lines: describeSteps(record, steps, now),
    facts: listFacts(record, steps, now),
    notes: record.notes,
    fixes,
    nothingToFix: fixes.length > 0 ? undefined : describeNext(record, steps, now),
  };
}

/** More lines are folded, unless all are asked for. */
const maxLines = 6;
/** Of more lines, the first are shown, and the one that answered. */
const shownLines = 4;

/** Folds the lines beyond the first into one that counts them: every candidate is counted once. */
function foldLines(lines: readonly TaleLine[]): readonly TaleLine[] {
  if (lines.length <= maxLines) return lines;
  const answer = lines.findLastIndex(({ kind }) => kind === 'answered');
  const first = answer < shownLines ? shownLines : shownLines - 1;
  const isShown = (index: number): boolean => index < first || index === answer;
  const rest = lines.filter((_line, index) => !isShown(index));
  const kinds = Map.groupBy(rest, ({ kind }) => kind);
  const counts = [...kinds].map(([kind, { length }]) => `${length} × ${kind}`);
  return [
    ...lines.filter((_line, index) => isShown(index)),
    { target: `${rest.length} more`, kind: '', text: `${counts.join(', ')}: -v names them` },
  ];
}

/**
 * Leaves out words that the line above has already. `isWhole` shows every line, however many there
 * are.
 */
export function describeStory(
  { task }: Pick<RequestRecord, 'task'>,
  story: Story,
  isWhole = false,
): string {
  const { verdict, facts, notes, fixes, nothingToFix = '' } = story;
  const lines = isWhole ? story.lines : foldLines(story.lines);
  const rows = lines.map(({ target, key = '', text }, index) => {
    const above = lines[index - 1];
    const isSame = above?.target === target;
    const head = `${index === 0 ? task : ' '.repeat(task.length)}${isSame ? '' : ` → ${target}`}`;
    return [head, isSame && above.key === key ? '' : key, text];
  });
  const ends =
    fixes.length === 0
      ? [nothingToFix]
      : fixes.map((fix, index) => `${index === 0 ? 'To fix: ' : '    or: '}${fix}`);
  return [
    verdict,
    ...alignColumns(rows).map((row) => `  ${row}`),
    `  ${facts.join(' · ')}`,
    ...notes.map((note) => `  note: ${note}`),
    ...ends.map((end) => `  ${end}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function listFacts(
  record: RequestRecord,
  steps: readonly TaleStep[],
  now: number,
): readonly string[] {
  const { at, caller, configGeneration } = record;
  const failed = steps.find((step) => step.failure !== undefined);
  const rule = failed?.speaker?.byStatus === undefined ? undefined : failed.last?.failure?.rule;
  const failure = rule ?? failed?.failure;
  return [
    describeClock(at, now),
    ...(caller === undefined ? [] : [`asked by ${caller}`]),
    ...(configGeneration === undefined ? [] : [`config ${configGeneration}`]),
    `request ${nameRequest(record)}`,
    ...(failure === undefined ? [] : [shellLine`holdfast explain ${failure}`]),
  ];
}

function suggestFixes(
  { fixes = [], outcome, task }: RequestRecord,
  steps: readonly TaleStep[],
): readonly string[] {
  if (fixes.length > 0 || outcome === 'client-gone') return fixes;
  const isHeld = steps.some(({ skip }) => skip?.heldFor && rowOfClass(skip.heldFor).lasts);
  return isHeld ? [shellLine`holdfast explain ${task}`] : [];
}

function describeNext(record: RequestRecord, steps: readonly TaleStep[], now: number): string {
  const { outcome } = record;
  if (isEmptyAnswer(record)) {
    const own = steps.some(isRequestFault) ? 'change the request' : fixEmpty(record);
    return `To fix: ${own ?? 'ask again'}, ${orAnother}`;
  }
  if (outcome === 'client-gone')
    return `The caller ended it: if by its own timeout, raise that${record.streamed ? '' : ', or ask for a stream'}.`;
  const ends = steps.flatMap(({ until = now }) => (until > now ? until : []));
  const next = ends.sort((a, b) => a - b)[0];
  const back =
    next === undefined ? '' : ` What rests is asked again from ${describeClock(next, now)} on.`;
  if (outcome === 'answered') return describeAnswered(record, steps, back.trim());
  if (!steps.some(isRequestFault) || next !== undefined) return `To fix: ask again.${back}`;
  return `To fix: change the request as the provider says${steps.some(isForAll) ? '.' : `, ${orAnother}`}`;
}

/** *Nothing to fix* is said only where the first target answered at once. */
function describeAnswered(
  { notes, times }: RequestRecord,
  steps: readonly TaleStep[],
  back: string,
): string {
  const failed = steps.filter(({ isNeeded, skip, failure }) => isNeeded && (skip || failure));
  if (failed.length > 0 && failed.every(isRequestFault))
    return 'Such a request may be refused there again, until it is changed as the provider says.';
  if (failed.length > 0) return back || 'What failed may be asked again now.';
  if (notes.length > 0) return 'See the note.';
  const waitedMs = times?.beforeMs ?? 0;
  return waitedMs < 1000 ? 'Nothing to fix.' : `It waited ${describeSpan(waitedMs)} for its turn.`;
}

const orAnother = 'or let another model answer (holdfast fallback add).';

/** A client that sends the same prompt again within this time repeats it, ms. */
const repeatedWithinMs = 10 * 60_000;

/** A request and its repeats, which have the same caller, model and prompt. Newest first. */
export interface Incident {
  readonly requests: readonly RequestRecord[];
}

/**
 * `records` and the incidents are newest first; an incident has the position of its newest request.
 */
export function foldIncidents(records: readonly RequestRecord[]): readonly Incident[] {
  const folded: { requests: RequestRecord[] }[] = [];
  for (const record of records) {
    const one = folded.find(({ requests }) => isRepeated(record, requests[0]));
    if (one === undefined) folded.push({ requests: [record] });
    else one.requests.push(record);
  }
  return folded;
}

/**
 * Whether a later request repeats this one. Only failed or rescued requests have a digest of their
 * prompt.
 */
export function isRepeated(record: RequestRecord, later: RequestRecord | undefined): boolean {
  if (later === undefined || record.promptDigest === undefined) return false;
  const facts = ['promptDigest', 'caller', 'model'] as const;
  const isSame = facts.every((fact) => record[fact] === later[fact]);
  return isSame && Math.abs(later.at - record.at) <= repeatedWithinMs;
}

/**
 * Returns one line per incident: when, for whom, the result with its cause, and the id for more.
 */
export function describeIncidents(incidents: readonly Incident[], now: number): string {
  const rows = incidents.flatMap(({ requests }) => {
    const [newest] = requests;
    if (newest === undefined) return [];
    const { at, task, model, caller = '' } = newest;
    const asked = task === 'pinned' || model === task ? model : `${task} (${model})`;
    return [
      [
        describeClock(at, now),
        nameRequest(newest),
        asked,
        caller,
        describeIncident(newest, requests),
      ],
    ];
  });
  return alignColumns(rows)
    .map((row) => `${row}\n`)
    .join('');
}

/** With fewer incidents, each has its own line. */
const maxIncidents = 12;

/**
 * Groups many incidents by what became of them: how many, the first and the last time, and the id
 * of the last as an example.
 */
export function describeCauses(incidents: readonly Incident[], now: number): string {
  if (incidents.length <= maxIncidents) return describeIncidents(incidents, now);
  const all = incidents.flatMap(({ requests }) => requests);
  const groups = [...Map.groupBy(all, (record) => `${record.task}\0${describeCause(record)}`)];
  const rows = groups.slice(0, maxIncidents).flatMap(([, [newest, ...older]]) => {
    if (newest === undefined) return [];
    const first = older.at(-1) ?? newest;
    const when = `${describeClock(first.at, now)} to ${describeClock(newest.at, now)}`;
    return [
      [`${older.length + 1} ×`, newest.task, describeCause(newest), when, nameRequest(newest)],
    ];
  });
  const more = groups.length - rows.length;
  const rest = [...(more > 0 ? [`and ${countNoun(more, 'more cause')}`] : []), 'each request: -v'];
  return [...alignColumns(rows), ...rest].map((row) => `${row}\n`).join('');
}

function describeIncident(newest: RequestRecord, requests: readonly RequestRecord[]): string {
  const after = ` after ${describeSpan(newest.durationMs)}`;
  const told = describeCause(newest, after);
  if (requests.length === 1) return told;
  const oldest = requests.at(-1) ?? newest;
  const span = describeSpan(newest.at + newest.durationMs - oldest.at);
  return `${countNoun(requests.length, 'request')} for one prompt in ${span}, the last: ${told}`;
}

const ends: Readonly<Record<RequestRecord['outcome'], string>> = {
  answered: 'answered',
  broken: 'broke off',
  failed: 'not answered',
  'client-gone': 'left by its caller',
};

/**
 * Returns `answered by spare/n after 2.1 s; acme/m was at its rate limit`. Where no target is to
 * blame, the last note says what is.
 */
function describeCause(record: RequestRecord, after = ''): string {
  const { outcome, answeredBy, notes } = record;
  const by = outcome === 'answered' && answeredBy ? ` by ${answeredBy}` : '';
  const note = outcome === 'failed' ? notes.at(-1) : undefined;
  const failed = describeWhatFailed(record, listSteps(record)) || (note ?? '');
  return `${ends[outcome]}${by}${after}${failed && `; ${failed}`}`;
}
