/**
 * The errors that leave a module: one base, one class per family, a code from one closed set, and
 * how to fix it.
 */

import type { FailureClass } from './model/failure.ts';
import type { Fix } from './model/fix.ts';
import type { RequestRecord } from './model/record.ts';
import type { Headers } from './model/request.ts';

/** Each code has a row in docs/errors.md. */
export const errorCodes = [
  'config-invalid',
  'config-missing',
  'nothing-configured',
  'credential-missing',
  'credentials-unusable',
  'credentials-locked',
  'credential-unknown',
  'credential-refused',
  'login-failed',
  'port-in-use',
  'cannot-listen',
  'request-invalid',
  'model-unknown',
  'route-unknown',
  'method-not-allowed',
  'body-too-large',
  'gateway-key-wrong',
  'key-not-allowed',
  'gateway-unreachable',
  'host-not-allowed',
  'origin-not-allowed',
  'busy',
  'exhausted',
  'upstream-refused',
  'stream-broken',
  'client-closed',
  'closed',
  'store-busy',
  'store-corrupt',
  'store-unreadable',
  'store-newer',
  'store-failed',
  'local-fault',
] as const;

/**
 * Codes of answers only, beside those above and the failure classes; docs/errors.md lists them too.
 */
export const answerCodes = ['bound-to-account', 'budget', 'context_length_exceeded'] as const;

/** The possible `code` of an error that we answer. */
export type AnswerCode = ErrorCode | FailureClass | (typeof answerCodes)[number];

export type ErrorCode = (typeof errorCodes)[number];

export interface AccessErrorFacts {
  /** A text alone is a fix without a command. */
  readonly fix?: Fix | string | undefined;
  readonly cause?: unknown;
}

/** Base of all our errors; `message` says what happened, `fix` what to do. */
export class AccessError extends Error {
  override readonly name: string = 'AccessError';
  readonly code: ErrorCode;
  readonly fix: Fix | undefined;

  constructor(code: ErrorCode, message: string, facts: AccessErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.fix = typeof facts.fix === 'string' ? { text: facts.fix } : facts.fix;
  }
}

/** The gateway ends, and cuts off what is under way: that has failed, and nobody left it. */
export class GoingDown extends AccessError {
  constructor() {
    super('closed', 'the gateway went down before the answer had ended');
  }
}

/**
 * What was written in place of something known: an unknown name in the last part of the key or in
 * the value there, or a value in another form than it has here.
 */
export interface Typo {
  readonly of: 'key' | 'value' | 'form';
  readonly written: string;
  /** The nearest known name; of a form, its text in YAML. Absent: none is near. */
  readonly meant?: string | undefined;
  /** That key is there as well, so this one cannot take its place. Default: false. */
  readonly isTaken?: boolean;
}

export interface ConfigProblem {
  /** A file, `environment`, `flag`, `given config`, or the function that got a wrong option. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  /** Is a key path, such as `providers.xiaomi.base_url`. */
  readonly key: string;
  readonly message: string;
  readonly fix?: Fix | undefined;
  readonly typo?: Typo | undefined;
  /** Values below `key` that are missing, with one that is possible. Absent: none is known. */
  readonly lacks?: Readonly<Record<string, string>> | undefined;
  /** `main`, a variable or a key that is not set yet, which a change may leave for later. */
  readonly isPending?: true;
  /** Present if this alone would only be a warning. */
  readonly severity?: 'warning';
}

type ConfigErrorCode =
  | 'config-invalid'
  | 'config-missing'
  | 'nothing-configured'
  | 'credential-missing';

/** The configuration cannot be used; `problems` lists everything that is wrong, at once. */
export class ConfigError extends AccessError {
  override readonly name = 'ConfigError';
  override readonly code: ConfigErrorCode;
  readonly problems: readonly ConfigProblem[];

  constructor(code: ConfigErrorCode, problems: readonly ConfigProblem[]) {
    super(code, problems.map(formatProblem).join('\n'));
    this.code = code;
    this.problems = problems;
  }

  /** Copies the error with each of its texts changed, so that secrets can be blanked. */
  mapTexts(change: (text: string) => string): ConfigError {
    const problems = this.problems.map(({ key, message, fix, typo, ...place }) => ({
      ...place,
      key: change(key),
      message: change(message),
      fix: fix && { ...fix, text: change(fix.text) },
      ...(typo && {
        typo: { ...typo, written: change(typo.written), meant: typo.meant && change(typo.meant) },
      }),
    }));
    return new ConfigError(this.code, problems);
  }
}

/**
 * A stored key, a login, or their file is unusable, locked, unknown, refused, or could not be made.
 * No message contains a secret.
 */
export class CredentialError extends AccessError {
  override readonly name = 'CredentialError';

  constructor(
    code:
      | 'credentials-unusable'
      | 'credentials-locked'
      | 'credential-unknown'
      | 'credential-refused'
      | 'login-failed',
    message: string,
    facts: AccessErrorFacts = {},
  ) {
    super(code, message, facts);
  }
}

/** The request itself is at fault, before anything was sent. */
export class RequestError extends AccessError {
  override readonly name = 'RequestError';
  /** Default: 400. */
  readonly status: number;
  /** Headers that the status needs, such as `allow` for a 405. */
  readonly headers: Headers;

  constructor(
    code: ErrorCode,
    message: string,
    facts: AccessErrorFacts & { readonly status?: number; readonly headers?: Headers } = {},
  ) {
    super(code, message, facts);
    this.status = facts.status ?? 400;
    this.headers = facts.headers ?? {};
  }
}

export type StoreFault = Extract<ErrorCode, `store-${string}`>;

/** The store cannot do what it was asked; nothing was overwritten. `message` names its file. */
export class StoreError extends AccessError {
  override readonly name = 'StoreError';
  override readonly code: StoreFault;

  constructor(code: StoreFault, message: string, facts: AccessErrorFacts = {}) {
    super(code, message, facts);
    this.code = code;
  }
}

/**
 * No target completed the answer: none was left, one refused the request itself, or one broke off.
 * Carries the whole record.
 */
export class NoTargetAnswered extends AccessError {
  override readonly name = 'NoTargetAnswered';
  readonly record: RequestRecord;
  /** The text that had arrived before the answer broke off. Default: empty. */
  readonly partialText: string;

  constructor(
    message: string,
    record: RequestRecord,
    facts: {
      readonly code?: 'exhausted' | 'upstream-refused' | 'stream-broken';
      readonly partialText?: string;
      readonly fix?: string | undefined;
    } = {},
  ) {
    super(facts.code ?? 'exhausted', message, { fix: facts.fix });
    this.record = record;
    this.partialText = facts.partialText ?? '';
  }
}

/**
 * Returns, for example, `config.yaml:12:3 providers.xiaomi.base_ur: unknown key. To fix: did you
 * mean base_url?`
 */
export function formatProblem(problem: ConfigProblem): string {
  const place = [problem.path, problem.line, problem.column]
    .filter((part) => part !== undefined)
    .join(':');
  const fix = problem.fix === undefined ? '' : `\n    To fix: ${formatFix(problem.fix)}`;
  const severity = problem.severity === undefined ? '' : `${problem.severity}: `;
  return `${place} ${severity}${problem.key}: ${problem.message}${fix}`;
}

/** Returns the code of a shortage if a system exception has one; undefined for any other. */
export function findFileShortage(error: unknown): string | undefined {
  const code = codeOf(error);
  return isShortage(code) ? code : undefined;
}

/** Returns the code of an error of the system or of Node: `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** An error as it is sent to another thread or process of ours. */
export interface SentFault {
  /** Absent for a mistake of ours. */
  readonly code?: ErrorCode | undefined;
  readonly message: string;
  readonly fix?: Fix | undefined;
}

export function encodeFault(error: unknown): SentFault {
  const { message } = asError(error);
  return error instanceof AccessError ? { code: error.code, message, fix: error.fix } : { message };
}

/** Returns an error of the same class, so far as others tell classes apart. */
export function decodeFault({ code, message, fix }: SentFault): Error {
  if (code === undefined) return new TypeError(message);
  return isStoreFault(code)
    ? new StoreError(code, message, { fix })
    : new AccessError(code, message, { fix });
}

function isStoreFault(code: ErrorCode): code is StoreFault {
  return code.startsWith('store-');
}

interface ShortageWords {
  readonly what: string;
  readonly fix: string;
}

const noThread: ShortageWords = {
  what: 'this user may start no more processes and threads',
  fix: 'end processes of this user, or raise the limit of processes (ulimit -u, TasksMax=)',
};
const noMemory: ShortageWords = {
  what: 'no memory is left for it',
  fix: 'end programs that use much, or raise the limit of memory (ulimit -v, MemoryMax=)',
};

/** Each limit is raised elsewhere. The codes are those of fork, open and malloc, and of Node. */
const shortages: Readonly<Record<string, ShortageWords>> = {
  EMFILE: {
    what: 'Holdfast may open no more files and connections',
    fix: 'raise the limit of open files (ulimit -n, LimitNOFILE=)',
  },
  ENFILE: {
    what: 'this machine can open no more files',
    fix: 'raise the limit of open files of the machine (sysctl fs.file-max)',
  },
  EAGAIN: noThread,
  ERR_WORKER_INIT_FAILED: noThread,
  ENOMEM: noMemory,
  ENOBUFS: noMemory,
  ERR_WORKER_OUT_OF_MEMORY: noMemory,
  'fleet-alone': {
    what: 'this member of the fleet cannot ask the others, and the request needs more of a budget than this member has taken out of it',
    fix: 'look whether the engine that state names can be reached: holdfast doctor',
  },
  'store-silent': {
    what: 'the state file gives no answer, and the request needs more of a budget than this process has taken out of it',
    fix: 'look for what keeps its disk or its file busy: holdfast doctor',
  },
};

export function isShortage(code: unknown): code is string {
  return typeof code === 'string' && code in shortages;
}

/** The shortage is ours: no key or target is marked, and the client may ask again in a second. */
export function runShort(code: string): RequestError {
  const { what, fix } = shortages[code] ?? noMemory;
  return new RequestError('busy', `${what} (${code})`, {
    status: 429,
    fix: `try again in a second; where it stays, ${fix}`,
    headers: { 'retry-after': '1' },
  });
}

/** For example `end that program: kill 812`. */
export function formatFix({ text, command }: Fix): string {
  return command === undefined ? text : `${text}: ${command}`;
}

const pastedEnd = /: ((?:holdfast|ollama|export|unset) .+)$/;

/** Several on one line: a line to paste that is not the end of it stands in brackets. */
export function joinFixes(fixes: readonly string[]): string | undefined {
  const [last, ...before] = fixes.toReversed();
  const inner = before.toReversed().map((fix) => fix.replace(pastedEnd, ' ($1)'));
  return last === undefined ? undefined : [...inner, last].join('; ');
}

/** Ends a switch over a closed set: a new member fails to compile here. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected ${JSON.stringify(value)}`);
}
