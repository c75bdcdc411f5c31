/** From an error to an exit status and the lines that explain it: the one table. */

import { Redactor } from '../../credentials/redact/redact.ts';
import {
  AccessError,
  ConfigError,
  type ConfigProblem,
  type ErrorCode,
  NoTargetAnswered,
} from '../../errors.ts';
import { isFailureClass, rowOfClass } from '../../failures/classes.ts';
import type { ShellLine } from '../../model/fix.ts';
import type {
  CandidateVerdict,
  RequestRecord,
  SkipRecord,
  UnlistedKeys,
} from '../../model/record.ts';

/** What each exit status means; docs/cli.md is made from it. */
export const exitStatuses: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'a check failed, or something on this machine: a file, a port, the state',
  2: 'the command line or the request is wrong',
  3: 'the configuration is missing or invalid',
  4: 'no usable key',
  5: 'no provider answered',
  6: 'a limit: of the provider, of the account, or of this gateway',
  130: 'interrupted',
};

const statusByCode: Readonly<Record<ErrorCode, number>> = {
  'config-invalid': 3,
  'config-missing': 3,
  'nothing-configured': 3,
  'credential-missing': 4,
  'credentials-unusable': 1,
  'credentials-locked': 1,
  'credential-unknown': 2,
  'credential-refused': 2,
  'login-failed': 4,
  'port-in-use': 1,
  'request-invalid': 2,
  'model-unknown': 2,
  'route-unknown': 2,
  'method-not-allowed': 2,
  'body-too-large': 2,
  'gateway-key-wrong': 4,
  'key-not-allowed': 4,
  'gateway-unreachable': 1,
  'host-not-allowed': 2,
  'origin-not-allowed': 2,
  busy: 6,
  exhausted: 5,
  'upstream-refused': 2,
  'stream-broken': 5,
  'client-closed': 130,
  closed: 1,
  'store-busy': 1,
  'store-corrupt': 1,
  'store-unreadable': 1,
  'store-newer': 1,
  'store-failed': 1,
  'local-fault': 1,
};

export function toExitStatus(error: unknown): number {
  if (!(error instanceof AccessError))
    return error instanceof Error && error.name === 'AbortError' ? 130 : 1;
  if (error.code === 'exhausted' && error instanceof NoTargetAnswered)
    return statusOfClass(classThatEnded(error.record));
  return statusByCode[error.code];
}

/** A class may say more than *exhausted*: why the first candidate did not answer. */
function statusOfClass(name: string): number {
  return (isFailureClass(name) ? rowOfClass(name).exit : undefined) ?? statusByCode.exhausted;
}

/**
 * That of the first candidate, so that a call that finds it held back ends as the one did that was
 * refused.
 */
function classThatEnded({ cause, attempts }: RequestRecord): string {
  return cause ?? attempts.find(({ failure }) => failure !== undefined)?.failure?.class ?? '';
}

/** What a person reads on stderr. */
export function explainError(error: unknown): string {
  const { message, howToFix } = describeError(error);
  return `holdfast: ${message}${howToFix === undefined ? '' : `\nHow to fix: ${howToFix}`}\n`;
}

export interface ErrorDescription {
  readonly code: ErrorCode | 'unexpected';
  readonly message: string;
  readonly howToFix?: string | undefined;
  /** The line of it that can be pasted into a shell. Absent: there is none. */
  readonly command?: ShellLine | undefined;
  /** The exit status. */
  readonly exit: number;
  readonly problems?: readonly ConfigProblem[] | undefined;
  /**
   * Of a request that nobody answered: the failure class behind the status. Absent where nobody was
   * asked.
   */
  readonly class?: string | undefined;
  /** What had come of an answer that broke off. Absent: nothing. */
  readonly partialText?: string | undefined;
  /** Each one's cause and end. */
  readonly candidates?: readonly CandidateVerdict[] | undefined;
  readonly unlisted?: readonly UnlistedKeys[] | undefined;
  /** Who was passed over, where the answer broke off and nobody else was asked to go on. */
  readonly skipped?: readonly SkipRecord[] | undefined;
  /** When the first of all may be used again, epoch ms. Absent when nobody knows. */
  readonly earliestRetry?: number | undefined;
}

/** What a program reads on stdout when it asked for `--json`. */
export function describeError(error: unknown): ErrorDescription {
  const exit = toExitStatus(error);
  if (exit === 130) return { code: 'client-closed', message: 'interrupted', exit };
  if (!(error instanceof AccessError))
    return {
      code: 'unexpected',
      message: clean(error instanceof Error ? error.message : String(error)),
      exit,
    };
  const { message, howToFix } = splitFix(error);
  return {
    code: error.code,
    message: clean(message),
    howToFix: howToFix === undefined ? undefined : clean(howToFix),
    command: error.fix?.command,
    exit,
    problems: error instanceof ConfigError ? error.mapTexts(clean).problems : undefined,
    ...(error instanceof NoTargetAnswered ? describeUnanswered(error) : {}),
  };
}

/** Over HTTP, what happened and what to do are one text. */
function splitFix({
  message,
  howToFix,
}: AccessError): Pick<ErrorDescription, 'message' | 'howToFix'> {
  if (howToFix !== undefined) return { message, howToFix };
  const parts =
    /^(?<said>[\s\S]*?)\. How to fix: (?<fix>.*?)(?<id> \[holdfast request [^\]]+\])?$/.exec(
      message,
    )?.groups;
  if (parts?.['said'] === undefined || parts['fix'] === undefined) return { message };
  return { message: parts['said'] + (parts['id'] ?? ''), howToFix: parts['fix'] };
}

type Unanswered = Pick<
  ErrorDescription,
  'class' | 'partialText' | 'candidates' | 'unlisted' | 'skipped' | 'earliestRetry'
>;

function describeUnanswered({ record, partialText }: NoTargetAnswered): Unanswered {
  const { candidates, unlisted, skipped } = record;
  const failureClass = classThatEnded(record);
  const ends = [...(candidates ?? []), ...(unlisted ?? [])].flatMap(({ until }) => until ?? []);
  const passedOver = skipped.map(cleanSkip);
  return {
    class: failureClass || undefined,
    partialText: partialText || undefined,
    candidates: candidates?.map((candidate) => ({ ...candidate, text: clean(candidate.text) })),
    unlisted,
    skipped: candidates !== undefined || skipped.length === 0 ? undefined : passedOver,
    earliestRetry: ends.length === 0 ? undefined : Math.min(...ends),
  };
}

function cleanSkip({ gist, ...skip }: SkipRecord): SkipRecord {
  return { ...skip, reason: clean(skip.reason), ...(gist !== undefined && { gist: clean(gist) }) };
}

/** The same for an invalid command line, in the words that people read already. */
export function describeUsageError(said: string): ErrorDescription {
  const message = said.replace(/^error: /, '').replaceAll('\n', ' ');
  return {
    code: 'request-invalid',
    message: clean(message),
    exit: statusByCode['request-invalid'],
  };
}

/** A key may have been written where none belongs; only its shape gives it away. */
function clean(text: string): string {
  return new Redactor().redact(text);
}
