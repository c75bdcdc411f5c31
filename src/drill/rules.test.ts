/** Each rule of the drill against cells that keep and that break it. */

import { describe, expect, it } from 'vitest';
import type { SimAttempt } from '../sim/index.ts';
import type { CallView, CellRule, CellView } from './rules.ts';
import * as rules from './rules.ts';

const whole: CallView = {
  status: 200,
  isWhole: true,
  durationMs: 1000,
  firstTextMs: 500,
  answeredBy: 'one/m',
  namedModel: 'm',
  hasUsage: true,
};
const elsewhere: CallView = { ...whole, answeredBy: 'two/n', namedModel: 'n' };
const lost: CallView = { ...whole, status: 400, isWhole: false, complaint: 'an error came' };

function seen(
  ...attempts: readonly (readonly [at: number, status: number])[]
): readonly SimAttempt[] {
  return attempts.map(([at, status], sequence) => ({
    sequence,
    at,
    method: 'POST',
    path: '/v1/chat/completions',
    model: 'm',
    keyFingerprint: 'sha256:a',
    fault: null,
    status,
    eventsSent: 0,
    durationMs: 1,
    prefill: false,
  }));
}

function cell(facts: Partial<CellView>): CellView {
  return {
    calls: [whole],
    after: whole,
    firstProvider: 'one',
    first: [],
    firstAfter: [],
    others: [],
    heldKeys: 0,
    timeScale: 1,
    ...facts,
  };
}

const down = (count: number) =>
  seen(...Array.from({ length: count }, (_, at) => [at * 1000, 503] as const));

describe.each<[string, CellRule, Partial<CellView>, Partial<CellView>]>([
  ['answers', rules.answers, {}, { calls: [lost] }],
  [
    'waitsAsAsked',
    rules.waitsAsAsked,
    { first: seen([0, 429], [2000, 200]) },
    { first: seen([0, 429], [300, 200]) },
  ],
  ['leavesSoon in all', rules.leavesSoon, { first: down(3) }, { first: down(7) }],
  [
    'leavesSoon early',
    rules.leavesSoon,
    { first: down(4) },
    { first: seen([0, 1], [1, 1], [2, 1], [3, 1], [4, 1]) },
  ],
  ['staysWithFirst', rules.staysWithFirst, {}, { calls: [elsewhere] }],
  ['asksSilentOnce', rules.asksSilentOnce, { first: down(1) }, { first: down(2) }],
  ['beginsWithin15s', rules.beginsWithin15s, {}, { calls: [{ ...whole, firstTextMs: 20_000 }] }],
  ['answersWithin45s', rules.answersWithin45s, {}, { calls: [{ ...whole, durationMs: 46_000 }] }],
  ['endsPromptly', rules.endsPromptly, {}, { calls: [{ ...whole, hasUsage: false }] }],
  [
    'asksFirstOnce',
    rules.asksFirstOnce,
    { calls: [lost], first: down(1) },
    { calls: [lost], first: down(2) },
  ],
  [
    'asksFirstOnce, clean',
    rules.asksFirstOnce,
    { first: down(1) },
    { calls: [{ ...lost, status: 502 }], first: down(1) },
  ],
  [
    'refusesCleanly',
    rules.refusesCleanly,
    { calls: [lost], first: down(1) },
    { calls: [lost], first: down(1), others: down(1) },
  ],
  ['comesBack', rules.comesBack, { first: down(20) }, { first: down(21) }],
  ['comesBack at all', rules.comesBack, {}, { calls: [elsewhere], after: elsewhere }],
  [
    'namesOther',
    rules.namesOther,
    { calls: [elsewhere] },
    { calls: [{ ...elsewhere, namedModel: 'm' }] },
  ],
  ['rechecksKey', rules.rechecksKey, {}, { calls: [elsewhere] }],
  ['leavesKeyAtOnce', rules.leavesKeyAtOnce, { first: down(1) }, { first: down(2) }],
  ['asksAgainOnce', rules.asksAgainOnce, { first: down(2) }, { first: down(3) }],
  ['asksAgainOnce learned', rules.asksAgainOnce, { firstAfter: down(1) }, { firstAfter: down(2) }],
  ['asksAgainOnce elsewhere', rules.asksAgainOnce, {}, { calls: [elsewhere] }],
  ['asksOnce', rules.asksOnce, { first: down(2) }, { others: down(1) }],
  ['waitsInTurn', rules.waitsInTurn, { first: down(1) }, { first: down(2) }],
  ['keepsKey', rules.keepsKey, { first: down(1) }, { first: down(1), heldKeys: 1 }],
])('%s', (_name, rule, kept, broken) => {
  it('has nothing to say of a cell that keeps it', () => {
    expect(rule(cell(kept))).toEqual([]);
  });

  it('complains of one that breaks it', () => {
    expect(rule(cell(broken))).not.toEqual([]);
  });
});
