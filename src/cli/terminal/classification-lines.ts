/** Describes a classification for a terminal, in two columns. */

import type {
  ClassifyReport,
  MarkForecast,
  ResponseVerdict,
} from '../../diagnostics/classify-response.ts';

type ReportedFailure = NonNullable<ClassifyReport['failure']>;

export function describeClassification(
  report: ClassifyReport,
  countedOn: string,
): readonly string[] {
  const { failure } = report;
  if (failure === undefined)
    return [
      namedLine('answer', `HTTP ${report.status}, and no failure`),
      ...describeStream(report),
    ];
  const { newKey, provenKey, retryAfter } = failure;
  const back =
    retryAfter &&
    `${new Date(retryAfter.until).toISOString()}, in ${formatDelay(retryAfter.ms)} (${retryAfter.from})`;
  const never = ['', 'for a key that has never worked there', ...describeVerdict(newKey)];
  const once = ['', 'for a key that has worked there', ...describeVerdict(provenKey)];
  return [
    namedLine('said', failure.said),
    namedLine('rule', describeMatchedRule(failure)),
    ...(back === undefined ? [] : [namedLine('come back', back)]),
    namedLine('limits', `are counted on: ${countedOn}`),
    ...describeStream(report),
    ...(newKey.class === provenKey.class ? describeVerdict(newKey) : [...never, ...once]),
  ];
}

/** The lines say what it means, whose fault it is, and how Holdfast reacts. */
export function describeVerdict(verdict: ResponseVerdict): readonly string[] {
  const { mark } = verdict;
  return [
    namedLine('class', `${verdict.class}: ${verdict.meaning}`),
    namedLine('to blame', verdict.blame),
    namedLine('advice', verdict.advice),
    namedLine('scope', mark === undefined ? 'this request alone' : mark.scope.join(' + ')),
    ...(mark === undefined ? [] : [namedLine('held back', describeMarkForecast(mark))]),
    namedLine('Holdfast', joinSteps(verdict.plan)),
    namedLine('or else', `${joinSteps(verdict.planAlone)} (with no other key or target)`),
  ];
}

/** Joins steps to a phrase such as `asks again after 0.4 s, 0.8 s, then ends`. */
export function joinSteps(plan: readonly string[]): string {
  return plan.join(', then ').replaceAll(/( s), then asks again after/g, '$1,');
}

function describeMatchedRule({ evidence, source }: ReportedFailure): string {
  const adjusted = evidence.adjustedBy === undefined ? '' : `, changed by ${evidence.adjustedBy}`;
  return `${evidence.rule} (by ${evidence.kind}${adjusted})${source === undefined ? '' : ` ${source}`}`;
}

function describeMarkForecast({ until, endSetBy, namedUntil, afterInARow }: MarkForecast): string {
  const theirs = endSetBy === 'ours' ? 'our estimate' : 'set by the provider';
  const by =
    namedUntil && namedUntil > until ? `our limit; the provider named ${iso(namedUntil)}` : theirs;
  const end = `until ${iso(until)}, ${by}`;
  return afterInARow > 1 ? `after ${afterInARow} in a row, ${end}` : end;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function describeStream({ stream }: ClassifyReport): readonly string[] {
  if (stream === undefined) return [];
  const unreadable = stream.malformed === 0 ? '' : `, ${stream.malformed} unreadable`;
  const content = stream.hasContent ? 'content was delivered' : 'no content';
  return [namedLine('stream', `${stream.events} events${unreadable}; ${content}`)];
}

function formatDelay(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** Puts a word on the left and its meaning on the right. */
export function namedLine(name: string, text: string): string {
  return `${name.padEnd(10)} ${text}`;
}
