/**
 * Prints the details for `holdfast why -v`: the request, each attempt with its rule and decision,
 * the timings, and the texts. Pure.
 */

import type { AttemptRecord, RequestContent, RequestRecord } from '../../model/record.ts';
import { alignColumns, describeSpan, describeTokens, labelOf } from './wording.ts';

/**
 * `content` is absent if it was not recorded; `mayKeep` then says whether the configuration records
 * it today.
 */
export function describeInFull(
  record: RequestRecord,
  content: RequestContent | undefined,
  mayKeep: boolean,
): string {
  const { attempts, at } = record;
  const rows = attempts.map((attempt, index) => [`${index + 1}`, ...describeAttempt(attempt, at)]);
  const lines = [`asked: ${describeAsked(record)}`, ...alignColumns(rows), ...listTimes(record)];
  return [...lines.map((line) => `  ${line}\n`), ...describeContent(content, mayKeep)].join('');
}

function describeAsked({
  model,
  task,
  protocol,
  operation,
  streamed,
  session,
  agent,
}: RequestRecord): string {
  const how = streamed ? 'as a stream' : 'as a whole answer';
  const inSession = session === undefined ? '' : `, session ${session}`;
  const byAgent = agent === undefined ? '' : `, agent ${agent}`;
  return `${model} (task ${task}), ${operation} in ${protocol}, ${how}${inSession}${byAgent}`;
}

/** Describes one attempt: its offset, its target and key, and its result. */
function describeAttempt(
  { target, credential, fingerprint, foundAt, startedAt, durationMs, ...came }: AttemptRecord,
  at: number,
): readonly string[] {
  const place = foundAt === undefined ? '' : ` (${foundAt}, ${fingerprint})`;
  const { status, failure, decision, usage, usd, isProbe } = came;
  const parts = [
    `${status ?? (failure === undefined ? 'answered' : 'no answer')} after ${describeSpan(durationMs)}`,
    failure && `${failure.class} by the rule ${failure.rule}: ${failure.message}`,
    isProbe && 'a probe',
    usage && describeTokens(usage),
    usd && `$${Number(usd.toPrecision(2))}`,
    decision && `then ${decision.kind}: ${decision.reason}`,
  ];
  const text = parts.filter((part) => part !== undefined && part !== 0).join('; ');
  return [
    `+${describeSpan(Math.max(0, startedAt - at))}`,
    target,
    `${nameCredential(credential)}${place}`,
    text,
  ];
}

function nameCredential(credential: string): string {
  return credential === 'none' ? '' : `key ${labelOf(credential)}`;
}

function listTimes({ times, durationMs }: RequestRecord): readonly string[] {
  if (times === undefined) return [];
  const { beforeMs, atMs, betweenMs, afterMs } = times;
  const parts = [
    `${describeSpan(beforeMs)} before the first attempt`,
    `${describeSpan(atMs)} at providers`,
    `${describeSpan(betweenMs)} between attempts`,
    `${describeSpan(afterMs)} after the last`,
  ];
  return [`time: ${parts.join(' + ')} = ${describeSpan(durationMs)}`];
}

function describeContent(content: RequestContent | undefined, mayKeep: boolean): readonly string[] {
  if (content === undefined)
    return [`  What was asked and answered is not kept${mayKeep ? gone : off}\n`];
  return [`asked:\n${endLine(content.asked)}`, `answered:\n${endLine(content.answered)}`];
}

const off = '; records.content keeps it: holdfast config set records.content true';
const gone =
  ' of this request: it is older than records.content, or was erased (holdfast records clear, records.days)';

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
