/**
 * What a drill breaks, as data: the sixteen provider faults by which gateways are judged in public, and the faults of keys.
 * The names are those of the simulated provider's tables (docs/simulated-provider.md).
 */

import type { CellRule } from './rules.ts';
import * as rules from './rules.ts';

/** How the answer is asked for. */
export type DrillMode = 'streamed' | 'whole';

export interface DrillFault {
  /** `1` to `16` as in the public crash-test, `k1` and so on for keys. */
  readonly id: string;
  readonly title: string;
  /** What the first provider of the route does. */
  readonly first: string;
  /** What every other provider does. Default: it answers well. */
  readonly others?: string;
  /** A fault of its keys, not of its models; the key has worked once before. */
  readonly ofKeys?: 'proven' | 'new';
  readonly modes: readonly DrillMode[];
  /** Without another provider on the route nobody could answer. */
  readonly needsOther: boolean;
  /** One request every 4 s until the provider is back, instead of one alone. */
  readonly isSeries?: true;
  readonly rule: CellRule;
}

const both = ['streamed', 'whole'] as const;
const streamed = ['streamed'] as const;

export const drillFaults: readonly DrillFault[] = [
  fault('1', '429 with Retry-After: 2, once', {
    first: '429-once-after-2',
    modes: both,
    rule: rules.waitsAsAsked,
  }),
  fault('2', '429 for ever, no header', {
    first: '429-forever',
    modes: both,
    needsOther: true,
    rule: rules.leavesSoon,
  }),
  fault('3', 'one 500', { first: 'status-500-once', modes: both, rule: rules.staysWithFirst }),
  fault('4', '503 for ever', { first: 'status-503', modes: both, needsOther: true, rule: rules.leavesSoon }),
  fault('5', 'TCP reset before the head', {
    first: 'reset',
    modes: both,
    needsOther: true,
    rule: rules.answers,
  }),
  fault('6', 'no response at all', {
    first: 'silent',
    modes: both,
    needsOther: true,
    rule: rules.asksSilentOnce,
  }),
  fault('7', 'head at once, first token after 20 s', {
    first: 'slow-first-20s',
    modes: streamed,
    rule: rules.beginsWithin15s,
  }),
  fault('8', 'cut after 40 of 60 tokens', {
    first: 'cut-after-40',
    modes: both,
    needsOther: true,
    rule: rules.answers,
  }),
  fault('9', 'silent after 20 tokens, socket open', {
    first: 'stall-after-20',
    modes: both,
    needsOther: true,
    rule: rules.answersWithin45s,
  }),
  fault('10', 'the tenth event is invalid JSON', {
    first: 'malformed-10',
    modes: both,
    needsOther: true,
    rule: rules.answers,
  }),
  fault('11', 'no terminal marker', { first: 'no-done', modes: streamed, rule: rules.endsPromptly }),
  fault('12', 'context_length_exceeded', {
    first: 'context-overflow',
    modes: both,
    rule: rules.asksFirstOnce,
  }),
  fault('13', 'content policy', { first: 'content-policy', modes: both, rule: rules.refusesCleanly }),
  fault('14', 'cut after 40, and nobody takes a prefill', {
    first: 'cut-after-40',
    others: 'no-prefill',
    modes: streamed,
    needsOther: true,
    rule: rules.answers,
  }),
  fault('15', 'down for 60 s, a request every 4 s', {
    first: 'down-60s',
    modes: both,
    needsOther: true,
    isSeries: true,
    rule: rules.comesBack,
  }),
  fault('16', 'the answer names who gave it', {
    first: 'status-503',
    modes: both,
    needsOther: true,
    rule: rules.namesOther,
  }),
  fault('k1', '401 twice on a key that has worked', {
    first: 'flaky-2',
    ofKeys: 'proven',
    modes: both,
    rule: rules.rechecksKey,
  }),
  fault('k2', '401 on a key that never worked', {
    first: 'never',
    ofKeys: 'new',
    modes: both,
    needsOther: true,
    rule: rules.leavesKeyAtOnce,
  }),
  fault('k3', '401 token_invalidated', {
    first: 'revoked',
    ofKeys: 'new',
    modes: both,
    needsOther: true,
    rule: rules.leavesKeyAtOnce,
  }),
  fault('k4', '429, the plan is used up', {
    first: 'spent-1',
    ofKeys: 'proven',
    modes: both,
    needsOther: true,
    rule: rules.leavesSoon,
  }),
  fault('k5', '402, the balance is empty', {
    first: 'broke',
    ofKeys: 'new',
    modes: both,
    needsOther: true,
    rule: rules.leavesKeyAtOnce,
  }),
  fault('k6', '401 for 2 s on a key that has worked', {
    first: 'outage-2s',
    ofKeys: 'proven',
    modes: both,
    rule: rules.answers,
  }),
  fault('k7', '403, no access to the model', {
    first: 'forbidden',
    ofKeys: 'new',
    modes: both,
    needsOther: true,
    rule: rules.leavesKeyAtOnce,
  }),
];

type FaultFacts = Omit<DrillFault, 'id' | 'title' | 'needsOther'> & { readonly needsOther?: boolean };

function fault(id: string, title: string, facts: FaultFacts): DrillFault {
  return { needsOther: false, ...facts, id, title };
}
