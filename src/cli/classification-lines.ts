/** A classification as a person reads it: a word on the left, what it is on the right. */

import type { ClassifyReport, MarkForecast, ResponseVerdict } from '../diagnostics/classify-response.ts';
import type { Terminal } from './terminal.ts';

type ReportedFailure = NonNullable<ClassifyReport['failure']>;

export function printClassification(terminal: Terminal, report: ClassifyReport, countedOn: string): void {
  const { failure } = report;
  if (failure === undefined) {
    line(terminal, 'answer', `HTTP ${report.status}, and no failure`);
    printStream(terminal, report);
    return;
  }
  const isOne = failure.newKey.class === failure.provenKey.class;
  line(terminal, 'said', failure.said);
  line(terminal, 'rule', describeRule(failure));
  if (failure.retryAfter !== undefined) {
    const { ms, until, from } = failure.retryAfter;
    line(terminal, 'come back', `${new Date(until).toISOString()}, in ${seconds(ms)} (${from})`);
  }
  line(terminal, 'limits', `are counted on: ${countedOn}`);
  printStream(terminal, report);
  if (isOne) printVerdict(terminal, failure.newKey);
  else {
    terminal.out('\nfor a key that has never worked there\n');
    printVerdict(terminal, failure.newKey);
    terminal.out('\nfor a key that has worked there\n');
    printVerdict(terminal, failure.provenKey);
  }
}

/** What it means, whose fault it is, and what Holdfast does. */
export function printVerdict(terminal: Terminal, verdict: ResponseVerdict): void {
  line(terminal, 'class', `${verdict.class}: ${verdict.meaning}`);
  line(terminal, 'to blame', verdict.blame);
  line(terminal, 'advice', verdict.advice);
  line(terminal, 'scope', describeScope(verdict.mark));
  if (verdict.mark !== undefined) line(terminal, 'benched', describeMark(verdict.mark));
  line(terminal, 'Holdfast', joinSteps(verdict.plan));
  line(terminal, 'or else', `${joinSteps(verdict.planAlone)} (with no other key or target)`);
}

/** `asks again after 0.4 s, 0.8 s, then ends`. */
export function joinSteps(plan: readonly string[]): string {
  return plan.join(', then ').replaceAll(/( s), then asks again after/g, '$1,');
}

function describeRule({ evidence, source }: ReportedFailure): string {
  const adjusted = evidence.adjustedBy === undefined ? '' : `, changed by ${evidence.adjustedBy}`;
  return `${evidence.rule} (by ${evidence.kind}${adjusted})${source === undefined ? '' : ` ${source}`}`;
}

function describeScope(mark: MarkForecast | undefined): string {
  return mark === undefined ? 'this request alone' : mark.scope.join(' + ');
}

function describeMark({ until, endSetBy, afterInARow }: MarkForecast): string {
  const end = `until ${new Date(until).toISOString()}, an end of ${endSetBy === 'ours' ? 'our own' : "the provider's"}`;
  return afterInARow > 1 ? `after ${afterInARow} in a row, ${end}` : end;
}

function printStream(terminal: Terminal, { stream }: ClassifyReport): void {
  if (stream === undefined) return;
  const unreadable = stream.malformed === 0 ? '' : `, ${stream.malformed} unreadable`;
  const content = stream.hasContent ? 'content was delivered' : 'no content';
  line(terminal, 'stream', `${stream.events} events${unreadable}; ${content}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** A word on the left, what it is on the right. */
export function line(terminal: Terminal, name: string, text: string): void {
  terminal.out(`${name.padEnd(10)} ${text}\n`);
}
