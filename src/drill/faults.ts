/**
 * Lists what a drill breaks, as data: the sixteen provider faults by which gateways are judged in
 * public, the faults of keys, and peculiarities of servers that are no faults by themselves. The
 * names are those of the simulated provider's tables (docs/simulated-provider.md).
 */

import type { CellRule } from './rules.ts';
import * as rules from './rules.ts';

/** Selects how the answer is requested. */
export type DrillMode = 'streamed' | 'whole';

export interface DrillFault {
  /**
   * `1` to `16` as in the public crash-test, `k1` and so on for keys, `s1` and so on for servers.
   */
  readonly id: string;
  readonly title: string;
  /** Names what the first provider of the route does. */
  readonly first: string;
  /** Names what every other provider does. Default: it answers well. */
  readonly others?: string;
  /** Breaks the provider's keys, not its models. A `proven` key has worked once before. */
  readonly ofKeys?: 'proven' | 'new';
  readonly modes: readonly DrillMode[];
  /** Without another provider on the route nobody could answer. */
  readonly needsOther: boolean;
  /** The question has three system messages, one of them after the user's. */
  readonly hasRoles?: true;
  /** All providers are accounts on one host, which knows the same keys. */
  readonly isOneHost?: true;
  /** The number of requests that each provider answers at a time. Default: unlimited. */
  readonly slots?: number;
  /** The number of parallel calls. Default: one. */
  readonly callers?: number;
  /** Sends a request every 4 s until the provider is back, instead of one alone. */
  readonly isSeries?: true;
  /** The limits of time decide when it ends. */
  readonly isSlow?: true;
  readonly rule: CellRule;
}

type FaultFacts = Partial<Omit<DrillFault, 'id' | 'title' | 'first' | 'rule'>>;

const needsOther = true;
const isSeries = true;
const isSlow = true;
const modes: DrillFault['modes'] = ['streamed'];

/**
 * Each row has an id, a title, the behaviour of the first provider, the rule, and any deviations.
 * By default both modes are played, and one provider alone may answer.
 */
const rows: readonly (readonly [string, string, string, CellRule, FaultFacts?])[] = [
  ['1', '429 with Retry-After: 2, once', '429-once-after-2', rules.waitsAsAsked],
  ['2', '429 for ever, no header', '429-forever', rules.leavesSoon, { needsOther }],
  ['3', 'one 500', 'status-500-once', rules.staysWithFirst],
  ['4', '503 for ever', 'status-503', rules.leavesSoon, { needsOther }],
  ['5', 'TCP reset before the head', 'reset', rules.answers, { needsOther }],
  ['6', 'no response at all', 'silent', rules.asksSilentOnce, { needsOther, isSlow }],
  [
    '7',
    'head at once, first token after 20 s',
    'slow-first-20s',
    rules.beginsWithin15s,
    { modes, isSlow },
  ],
  ['8', 'cut after 40 of 60 tokens', 'cut-after-40', rules.answers, { needsOther }],
  [
    '9',
    'silent after 20 tokens, socket open',
    'stall-after-20',
    rules.answersWithin45s,
    { needsOther, isSlow },
  ],
  ['10', 'the tenth event is invalid JSON', 'malformed-10', rules.answers, { needsOther }],
  ['11', 'no terminal marker', 'no-done', rules.endsPromptly, { modes }],
  ['12', 'context_length_exceeded', 'context-overflow', rules.asksFirstOnce],
  ['13', 'content policy', 'content-policy', rules.refusesCleanly],
  [
    '14',
    'cut after 40, and no provider takes a prefill',
    'cut-after-40',
    rules.answers,
    { others: 'no-prefill', needsOther, modes },
  ],
  [
    '15',
    'down for 60 s, a request every 4 s',
    'down-60s',
    rules.comesBack,
    { needsOther, isSeries },
  ],
  ['16', 'the answer names who gave it', 'status-503', rules.namesOther, { needsOther }],
  ['k1', '401 twice on a key that has worked', 'flaky-2', rules.rechecksKey, { ofKeys: 'proven' }],
  [
    'k2',
    '401 on a key that never worked',
    'never',
    rules.leavesKeyAtOnce,
    { ofKeys: 'new', needsOther },
  ],
  ['k3', '401 token_invalidated', 'revoked', rules.leavesKeyAtOnce, { ofKeys: 'new', needsOther }],
  ['k4', '429, the plan is used up', 'spent-1', rules.leavesSoon, { ofKeys: 'proven', needsOther }],
  [
    'k5',
    '402, the balance is empty',
    'broke',
    rules.leavesKeyAtOnce,
    { ofKeys: 'new', needsOther },
  ],
  ['k6', '401 for 2 s on a key that has worked', 'outage-2s', rules.answers, { ofKeys: 'proven' }],
  [
    'k7',
    '403, no access to the model',
    'forbidden',
    rules.leavesKeyAtOnce,
    { ofKeys: 'new', needsOther },
  ],
  [
    's1',
    'takes one system message, at the start',
    'strict-roles',
    rules.asksAgainOnce,
    { hasRoles: true },
  ],
  [
    's2',
    'ends after 40 of 60 tokens with the finish reason "error"',
    'finish-error-after-40',
    rules.answers,
    { needsOther },
  ],
  ['s3', 'ends with an unknown finish reason', 'finish-eos', rules.asksOnce],
  [
    's4',
    'a plan on the same host, with the same key, is used up',
    'exhausted',
    rules.leavesKeyAtOnce,
    { ofKeys: 'new', needsOther, isOneHost: true },
  ],
  [
    's5',
    'a proxy quotes "token_invalidated" of its upstream',
    'quoted-401',
    rules.keepsKey,
    { needsOther },
  ],
  [
    's6',
    'one request at a time, three at once',
    'slow-first-2s',
    rules.waitsInTurn,
    { slots: 1, callers: 3, modes },
  ],
];

export const drillFaults: readonly DrillFault[] = rows.map(([id, title, first, rule, facts]) => ({
  modes: ['streamed', 'whole'],
  needsOther: false,
  ...facts,
  id,
  title,
  first,
  rule,
}));
