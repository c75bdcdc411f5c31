/**
 * The rules that judge a cell of the drill, as published for the crash-test (docs/drill.md). Each
 * is a pure function of what the caller got and what the providers saw.
 */

import type { SimAttempt } from '../sim/index.ts';

/** One call, as the caller saw it. */
export interface CallView {
  readonly status: number;
  /** The answer is complete, and nothing is repeated. */
  readonly isWhole: boolean;
  /** Describes the fault of the answer; absent for a complete one. */
  readonly complaint?: string | undefined;
  readonly durationMs: number;
  /** It is absent if nothing came. */
  readonly firstTextMs?: number | undefined;
  /** Has the form `provider/model`; absent: nobody answered. */
  readonly answeredBy?: string | undefined;
  /** The model that the answer names. */
  readonly namedModel?: string | undefined;
  readonly hasUsage: boolean;
  /** The error's message, if it is one. */
  readonly error?: string | undefined;
}

/** A cell is one fault, one task and one mode. */
export interface CellView {
  readonly calls: readonly CallView[];
  /** One more request is sent after the fault. */
  readonly after: CallView;
  /** This provider has the fault. */
  readonly firstProvider: string;
  /** It saw these requests, in order. */
  readonly first: readonly SimAttempt[];
  /** It saw these requests of `after`. */
  readonly firstAfter: readonly SimAttempt[];
  /** All other providers saw these requests. */
  readonly others: readonly SimAttempt[];
  /** Counts the keys of the broken provider that are held back for every model in the end. */
  readonly heldKeys: number;
  /** Delays of the simulated provider are multiplied by this. */
  readonly timeScale: number;
}

/** Returns complaints; none if the cell passes. */
export type CellRule = (cell: CellView) => readonly string[];

/** A complaint; false or absent if there is none. */
type Defect = string | false | undefined;

function listComplaints(defects: readonly Defect[]): readonly string[] {
  return defects.filter((defect) => typeof defect === 'string');
}

/** Every call got its complete answer. */
export const answers: CellRule = ({ calls, after }) =>
  listComplaints([...calls, after].map(({ complaint }) => complaint));

/** Makes a rule that also requires every answer to be complete. */
function answersAnd(look: (cell: CellView) => readonly Defect[]): CellRule {
  return (cell) => [...answers(cell), ...listComplaints(look(cell))];
}

/** Fault 1 allows about 2 s on the same provider, or another one, but no tight loop. */
export const waitsAsAsked = answersAnd(({ first: [refused, again], timeScale }) => {
  const waitedMs = refused && again && again.at - refused.at;
  const isTooSoon = waitedMs !== undefined && waitedMs < 1900 * timeScale;
  return [isTooSoon && `asked again after ${waitedMs} ms instead of 2 s`];
});

/**
 * Faults 2 and 4 allow at most 4 attempts in 3 s and 6 in all, before another provider is asked.
 */
export const leavesSoon = answersAnd(({ first }) => {
  const beganAt = first[0]?.at ?? 0;
  const early = first.filter(({ at }) => at - beganAt <= 3000).length;
  return [
    first.length > 6 && `${first.length} requests to the broken provider, more than 6`,
    early > 4 && `${early} requests in 3 s, more than 4`,
  ];
});

/** Fault 3 requires a second attempt on the same provider. */
export const staysWithFirst = answersAnd((cell) => [
  !isByFirst(cell) && 'it was not answered by the provider that failed once',
]);

/** Fault 6 must leave after the first timeout, without asking the silent provider again. */
export const asksSilentOnce = answersAnd(({ first }) => [
  first.length !== 1 && `the silent provider was asked ${first.length} times`,
]);

/** Fault 7 must be answered within 15 s. */
export const beginsWithin15s = answersAnd(({ calls }) =>
  calls.map(
    ({ firstTextMs = 0 }) =>
      firstTextMs > 15_000 &&
      `the first word came after ${formatElapsed(firstTextMs)}, later than 15 s`,
  ),
);

/** Fault 9 must be complete within 45 s, and healthy afterwards. */
export const answersWithin45s = answersAnd(({ calls }) =>
  calls.map(
    ({ durationMs }) =>
      durationMs > 45_000 && `it took ${formatElapsed(durationMs)}, longer than 45 s`,
  ),
);

/** Fault 11 must end without waiting for a terminal event that never comes, and report usage. */
export const endsPromptly = answersAnd(({ calls }) =>
  calls.flatMap(({ durationMs, hasUsage }) => [
    durationMs > 5000 && `it took ${formatElapsed(durationMs)} to end`,
    !hasUsage && noUsage,
  ]),
);

/**
 * Fault 12 allows exactly one attempt there, then an answer from a larger model or a clean error.
 */
export const asksFirstOnce: CellRule = ({ calls, first }) =>
  listComplaints([
    first.length !== 1 && `asked ${first.length} times for what is too long`,
    ...calls.map(
      ({ isWhole, status, complaint }) =>
        !isWhole && !isClean(status) && (complaint ?? `status ${status} is not a clean error`),
    ),
  ]);

/** Fault 13 allows exactly one attempt and a clean error, with no fallback. */
export const refusesCleanly: CellRule = ({ calls, first, others }) =>
  listComplaints([
    first.length !== 1 && `asked ${first.length} times`,
    others.length > 0 && otherAsked,
    ...calls.map(({ status }) => !isClean(status) && `status ${status} is not a clean error`),
  ]);

/** Fault 15 must be served throughout, with few probes, and return within 30 s. */
export const comesBack = answersAnd(({ calls, first, after, firstProvider, timeScale }) => {
  const probes = first.filter(({ status }) => status === 503).length;
  const isBack = [...calls, after].some((call) => isBy(call, firstProvider));
  return [
    probes > 20 && `${probes} requests to the provider that was down, more than 20`,
    !isBack && `not back on ${firstProvider} ${30 * timeScale} s after its return`,
  ];
});

/** Fault 16 must report the model and the usage of the target that answered. */
export const namesOther = answersAnd(({ calls }) =>
  calls.flatMap(({ answeredBy, namedModel, hasUsage }) => [
    (namedModel === undefined || answeredBy?.endsWith(`/${namedModel}`) !== true) &&
      `it names ${namedModel ?? 'no model'} and was given by ${answeredBy ?? 'no target'}`,
    !hasUsage && noUsage,
  ]),
);

/** A key that has worked is tried three times in all, and nobody calls it expired. */
export const rechecksKey = answersAnd((cell) => [
  !isByFirst(cell) && 'it was not answered with the key that was doubted for a moment',
]);

/** A key that never worked, or is unusable now, gets exactly one request. */
export const leavesKeyAtOnce = answersAnd(({ first }) => {
  const perKey = Map.groupBy(first, ({ keyFingerprint }) => keyFingerprint);
  const most = Math.max(0, ...[...perKey.values()].map((attempts) => attempts.length));
  return [most > 1 && `one key was sent ${most} times`];
});

/**
 * A request that a server rejects is changed and sent once more to the same server; later requests
 * are right at once.
 */
export const asksAgainOnce: CellRule = (cell) => [
  ...staysWithFirst(cell),
  ...listComplaints([
    cell.first.length > 2 && `${cell.first.length} requests for one answer, more than 2`,
    cell.firstAfter.length > 1 && 'what was refused once was sent again',
  ]),
];

/** An unusual word is no failure. */
export const asksOnce: CellRule = (cell) => [
  ...staysWithFirst(cell),
  ...listComplaints([cell.others.length > 0 && otherAsked]),
];

/** A server with one slot is not broken: each request waits for its turn. */
export const waitsInTurn: CellRule = (cell) => [
  ...staysWithFirst(cell),
  ...listComplaints([
    cell.first.length > cell.calls.length &&
      `${cell.first.length} requests for ${cell.calls.length}`,
  ]),
];

/** Words that a provider quotes from somebody else say nothing about the key. */
export const keepsKey: CellRule = (cell) => [
  ...leavesKeyAtOnce(cell),
  ...listComplaints([cell.heldKeys > 0 && `${cell.heldKeys} of its keys are held back`]),
];

const noUsage = 'its usage is missing';
const otherAsked = 'another provider was asked';

function isByFirst({ calls, firstProvider }: CellView): boolean {
  return calls.every((call) => isBy(call, firstProvider));
}

function isBy({ answeredBy }: CallView, provider: string): boolean {
  return answeredBy?.startsWith(`${provider}/`) === true;
}

/** No client treats it as an invalid key, or retries it. */
function isClean(status: number): boolean {
  return status === 400 || status === 413 || status === 422;
}

function formatElapsed(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
