/** Failure classes about an account: its money, its plan, its limits. */

import { amend, endedByHead, hour, money, nextTarget, rotate, steps, wait } from './moves.ts';
import { defineClasses } from './row.ts';

/** Another account may have money for it. */
const unpaid = {
  blame: 'account',
  advice: 'other-account',
  moves: [rotate, nextTarget],
  heldAgainst: 'money',
  lasts: true,
  exit: 6,
  keyTest: 'limited',
} as const;

/** A limit of the account that somebody can raise. */
const usedUp = {
  ...unpaid,
  mark: { scope: ['origin', 'account'], ...money },
  isLimit: true,
  fix: 'raise-limit',
} as const;

export const accountClasses = defineClasses({
  billing: {
    meaning: 'the balance is empty, or a bill is open',
    ...unpaid,
    mark: { scope: ['origin', 'account'], ...money },
    fix: 'add-money',
    precedence: 40,
    phrases: {
      subject: 'money',
      happened: 'was out of credit',
      standing: 'the account of KEY at PROVIDER has no money left, or an open bill',
    },
  },
  'spend-limit': {
    meaning: 'a spend limit that the owner of the account or key has set is reached',
    ...usedUp,
    precedence: 35,
    phrases: {
      subject: 'a limit',
      happened: 'had reached the spend limit that its owner set',
      standing: 'the spend limit that was set for KEY at PROVIDER is reached',
      attempt: 'PROVIDER says that the spend limit which was set for KEY is reached',
    },
  },
  'not-in-plan': {
    meaning: 'the plan of the key has no quota for this model: waiting does not help',
    ...unpaid,
    mark: { scope: ['origin', 'account', 'model'], ...money },
    precedence: 25,
    phrases: {
      subject: 'a limit',
      happened: 'has no quota for this model in the plan of its key',
      standing: 'the plan of KEY at PROVIDER has no quota for TARGET, so waiting does not help',
      attempt: 'the plan of KEY at PROVIDER has no quota for MODEL, so waiting does not help',
      fix: 'SAID name a model that this plan has, or get a plan with MODEL CONSOLE',
    },
  },
  'no-plan': {
    meaning:
      'the account has no plan in force: it has ended, or there was none; waiting does not help',
    ...unpaid,
    mark: { scope: ['origin', 'account'], ...money },
    precedence: 22,
    phrases: {
      subject: 'a plan',
      happened: 'says that its key has no plan in force',
      standing: 'PROVIDER says that KEY has no plan, trial or credits in force',
      attempt: 'PROVIDER says that KEY has no plan, trial or credits in force',
      fix: 'SAID renew the plan, or get one CONSOLE; or use a key of another account',
    },
  },
  quota: {
    meaning: 'a window of the plan is used up',
    ...usedUp,
    precedence: 50,
    phrases: {
      subject: 'a limit',
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
    lasts: true,
    exit: 6,
    keyTest: 'limited',
    precedence: 20,
    phrases: {
      happened: 'has too little credit left for a request of this size',
      attempt: 'PROVIDER has too little credit left for a request of this size',
      fix: 'add credit CONSOLE, or ask for a shorter answer',
    },
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
