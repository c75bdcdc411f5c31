/** Failure classes about an account: its money, its plan, its limits. */

import { amend, endedByHead, hour, money, nextTarget, rotate, steps, wait } from './moves.ts';
import { defineClasses } from './row.ts';

export const accountClasses = defineClasses({
  billing: {
    meaning: 'the balance is empty, or a spend limit is reached',
    blame: 'account',
    advice: 'other-account',
    moves: [rotate, nextTarget],
    mark: { scope: ['origin', 'account'], ...money },
    heldAgainst: 'money',
    lasts: true,
    fix: 'add-money',
    exit: 6,
    keyTest: 'limited',
    precedence: 40,
    phrases: {
      happened: 'was out of credit',
      standing: 'the account of KEY at PROVIDER has no money left, or an open bill',
    },
  },
  quota: {
    meaning: 'a window of the plan is used up',
    blame: 'account',
    advice: 'other-account',
    moves: [rotate, nextTarget],
    mark: { scope: ['origin', 'account'], ...money },
    heldAgainst: 'money',
    isLimit: true,
    lasts: true,
    fix: 'raise-limit',
    exit: 6,
    keyTest: 'limited',
    precedence: 50,
    phrases: {
      happened: 'had used up its quota',
      standing: 'the plan of KEY at PROVIDER is used up',
    },
  },
  'too-dear': {
    meaning: 'the balance does not cover a request of this size',
    remark: 'amended to a lower `max_tokens`',
    blame: 'request',
    advice: 'change-request',
    moves: [amend('price'), nextTarget],
    keyTest: 'limited',
    precedence: 20,
    phrases: { happened: 'wanted fewer tokens than were asked for' },
  },
  'rate-limit': {
    meaning: 'too many requests or tokens for a moment',
    blame: 'account',
    advice: 'wait',
    moves: [rotate, { move: 'wait-short', times: 1, atMostMs: 5000 }, nextTarget, wait],
    mark: {
      scope: ['origin', 'account', 'model'],
      windows: steps(2, 4, 8, 16, 30),
      capMs: 6 * hour,
      ...endedByHead,
    },
    isLimit: true,
    exit: 6,
    keyTest: 'limited',
    precedence: 170,
    phrases: {
      happened: 'was at its rate limit',
      standing: 'PROVIDER asks KEY to slow down',
      rescue: 'PROVIDER asks to slow down',
    },
  },
});
