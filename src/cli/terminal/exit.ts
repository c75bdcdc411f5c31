/** Maps an error to an exit status and to the lines that explain it, in one table. */

import { Redactor } from '../../credentials/redact/redact.ts';
import {
  AccessError,
  ConfigError,
  type ConfigProblem,
  type ErrorCode,
  formatFix,
  NoTargetAnswered,
} from '../../errors.ts';
import { isFailureClass, rowOfClass } from '../../failures/classes.ts';
import { explainFault } from '../../host/file-fault.ts';
import { inOwnWords } from '../../host/program-words.ts';
import type { Fix } from '../../model/fix.ts';
import type {
  CandidateVerdict,
  RequestRecord,
  SkipRecord,
  UnlistedKeys,
} from '../../model/record.ts';

/** The meaning of each exit status; docs/cli.md is generated from it. */
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
  'cannot-listen': 1,
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

/**
 * A class may have a status of its own, which says why the first candidate did not answer, and so
 * has a spent budget; else it is *exhausted*.
 */
function statusOfClass(name: string): number {
  if (name === 'budget') return statusByCode.busy;
  return (isFailureClass(name) ? rowOfClass(name).exit : undefined) ?? statusByCode.exhausted;
}

/**
 * Returns the class of the first candidate, so that a call refused by a mark ends with the same
 * status as the call that caused the mark.
 */
function classThatEnded({ cause, attempts }: RequestRecord): string {
  return cause ?? attempts.find(({ failure }) => failure !== undefined)?.failure?.class ?? '';
}

/** Returns the text for stderr. */
export function explainError(error: unknown): string {
  return formatError(describeError(error));
}

export function formatError({ message, fix }: Pick<ErrorDescription, 'message' | 'fix'>): string {
  return `holdfast: ${message}${fix === undefined ? '' : `\nTo fix: ${formatFix(fix)}`}\n`;
}

export interface ErrorDescription {
  readonly code: ErrorCode | 'unexpected';
  readonly message: string;
  readonly fix?: Fix | undefined;
  readonly exit: number;
  readonly problems?: readonly ConfigProblem[] | undefined;
  /**
   * The failure class behind the status, for a request that nobody answered. Absent if nothing was
   * sent.
   */
  readonly class?: string | undefined;
  /** The part of a broken answer that arrived. Absent: nothing. */
  readonly partialText?: string | undefined;
  readonly candidates?: readonly CandidateVerdict[] | undefined;
  readonly unlisted?: readonly UnlistedKeys[] | undefined;
  /**
   * The candidates that were skipped, if the answer broke off and nobody else was asked to
   * continue.
   */
  readonly skipped?: readonly SkipRecord[] | undefined;
  /** In epoch ms: the first of all candidates may be used again then. Absent if unknown. */
  readonly earliestRetry?: number | undefined;
}

/** Returns the error as `--json` prints it. */
export function describeError(error: unknown): ErrorDescription {
  const exit = toExitStatus(error);
  if (exit === 130) return { code: 'client-closed', message: 'interrupted', exit };
  if (!(error instanceof AccessError)) return { code: 'unexpected', ...describeOther(error), exit };
  const { message, fix } = error;
  const told = fix ?? (error instanceof NoTargetAnswered ? findOwnFix(error) : undefined);
  return {
    code: error.code,
    message: clean(message),
    fix: told && { ...told, text: clean(told.text) },
    exit,
    problems: error instanceof ConfigError ? error.mapTexts(clean).problems : undefined,
    ...(error instanceof NoTargetAnswered ? describeUnanswered(error) : {}),
  };
}

/** A budget is not the caller's to change, but may be of who types this. */
function findOwnFix({ code, record: { fixes = [] } }: NoTargetAnswered): Fix {
  const isOfRequest = code === 'upstream-refused';
  const [text = isOfRequest ? 'change the request as the provider says' : 'ask again'] = fixes;
  return { text };
}

/** A call of the system that failed names its file. */
function describeOther(error: unknown): Pick<ErrorDescription, 'message' | 'fix'> {
  const { message, fix } = explainFault(error);
  return { message: clean(message), fix };
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

function cleanSkip({ summary, ...skip }: SkipRecord): SkipRecord {
  return {
    ...skip,
    reason: clean(skip.reason),
    ...(summary !== undefined && { summary: clean(summary) }),
  };
}

/**
 * Describes an invalid command line. `said` are the parser's words: they may end with a suggestion,
 * or with a sentence on what is possible. `help` is the fix where they have neither.
 */
export function describeUsageError(said: string, help: string): ErrorDescription {
  const [, message = said, possible, meant] =
    /^(?:error: )?(.*?)(?: is invalid\. (.*?))?(?:\n\((Did you mean .*)\))?$/s.exec(said) ?? [];
  const what = possible === undefined ? message : `${message} is invalid`;
  const fix = [possible, meant].filter((part) => part !== undefined && part !== '');
  return {
    code: 'request-invalid',
    message: clean(what.replace(/\.$/, '').replaceAll('\n', ' ')),
    fix: { text: clean([...fix.map(startLower), help].slice(0, 2).join(' ')) },
    exit: statusByCode['request-invalid'],
  };
}

/** Describes a command that does not exist, where the words of one that does were meant. */
export function describeMeantCommand(said: string, words: string): ErrorDescription {
  const { fix: _, ...described } = describeUsageError(said, '');
  return { ...described, fix: { text: clean(`did you mean \`holdfast ${words}\`?`) } };
}

function startLower(text = ''): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** A key may appear anywhere in a command line; only its shape reveals it. */
function clean(text: string): string {
  return inOwnWords(new Redactor().redact(text));
}
