/** Failure classes about a key: it is missing, refused, or not allowed to do this. */

import { hour, minute, nextTarget, reread, rotate, second } from './moves.ts';
import { defineClasses } from './row.ts';

const refused = {
  heldAgainst: 'key',
  lasts: true,
  fix: 'replace-key',
  exit: 4,
  keyTest: 'refused',
} as const;

export const keyClasses = defineClasses({
  'auth-missing': {
    meaning: 'no key could be read',
    blame: 'key',
    advice: 'other-key',
    moves: [rotate, nextTarget],
    fix: 'give-key',
    exit: 4,
    keyTest: 'missing',
    phrases: { happened: 'has no key', skipped: 'no API key for PROVIDER: WHY' },
  },
  'auth-rejected': {
    meaning: 'the key is refused, and has never worked here',
    remark: 'the key gets this one request',
    blame: 'key',
    advice: 'other-key',
    moves: [reread, rotate, nextTarget],
    mark: {
      scope: ['origin', 'fingerprint'],
      refusesKey: true,
      windows: [15 * minute],
      capMs: 6 * hour,
    },
    ...refused,
    precedence: 120,
    phrases: {
      happened: 'rejected its key',
      standing: 'PROVIDER rejects KEY, which PAST',
      attempt: 'PROVIDER rejected KEY; it has never worked here',
      rescue: 'PROVIDER rejected the key',
    },
  },
  'auth-suspect': {
    meaning: 'a key that has worked is refused; often momentary',
    remark:
      'the key has worked here; for a 403 without a cause: with this model. It is asked again 1 and 4 s after the refusal, at times [longer](docs/retries.md#defaults)',
    blame: 'unclear',
    advice: 'recheck-key',
    moves: [reread, { move: 'recheck', times: 2, lastTimes: 4 }, rotate, nextTarget],
    mark: {
      scope: ['origin', 'fingerprint', 'model'],
      refusesKey: true,
      widens: true,
      windows: [30 * second, minute, 5 * minute],
      capMs: 6 * hour,
    },
    ...refused,
    phrases: {
      happened: 'refused its key, which had worked before',
      standing: 'PROVIDER refuses KEY, which PAST',
      attempt: 'PROVIDER refused KEY, which worked WHEN; this is often momentary; rechecked TIMES',
      rescue: 'PROVIDER refused the key momentarily',
    },
  },
  'auth-revoked': {
    meaning: 'the key is withdrawn, by the provider’s own word',
    remark: 'the key gets this one request',
    blame: 'key',
    advice: 'other-key',
    moves: [reread, rotate, nextTarget],
    mark: {
      scope: ['origin', 'fingerprint'],
      refusesKey: true,
      isFinal: true,
      windows: [hour],
      capMs: 6 * hour,
    },
    ...refused,
    precedence: 10,
    phrases: {
      happened: 'said that its key was withdrawn',
      standing: 'PROVIDER says that KEY was withdrawn',
      attempt: 'PROVIDER says that KEY was withdrawn',
      skipped: 'no access to PROVIDER: WHY',
    },
  },
  'auth-elsewhere': {
    meaning: 'the key belongs to another region, or is none: the provider tells both alike',
    remark: 'a key that has worked here is rechecked, as `auth-suspect`',
    blame: 'key',
    advice: 'other-key',
    moves: [reread, rotate, nextTarget],
    mark: { scope: ['origin', 'fingerprint'], windows: [15 * minute], capMs: 6 * hour },
    heldAgainst: 'key',
    lasts: true,
    fix: 'move-key',
    exit: 4,
    keyTest: 'refused',
    precedence: 115,
    phrases: {
      happened: 'did not know its key in this region',
      standing:
        'PROVIDER does not know KEY in this region: it belongs to another one, or is no key',
      attempt: 'PROVIDER does not know KEY in this region: it belongs to another one, or is no key',
      rescue: 'PROVIDER does not know the key in this region',
    },
  },
  'forbidden-model': {
    meaning: 'this key or plan may not use this model',
    blame: 'account',
    advice: 'other-key',
    moves: [rotate, nextTarget],
    mark: { scope: ['origin', 'fingerprint', 'model'], windows: [15 * minute], capMs: 6 * hour },
    heldAgainst: 'key',
    lasts: true,
    fix: 'allow-model',
    keyTest: 'limited',
    precedence: 30,
    phrases: {
      happened: 'does not let its key use this model',
      standing: 'PROVIDER does not let KEY use TARGET',
      attempt: 'PROVIDER does not let KEY use MODEL',
    },
  },
  'forbidden-key': {
    meaning: 'the key is forbidden the request, and no model or plan is named as the reason',
    remark:
      'a 403 in any other words. Where the key has worked with this model it is `auth-suspect`',
    blame: 'unclear',
    advice: 'other-key',
    moves: [rotate, nextTarget],
    mark: { scope: ['origin', 'fingerprint', 'model'], windows: [15 * minute], capMs: 6 * hour },
    ...refused,
    keyTest: 'limited',
    precedence: 125,
    phrases: {
      happened: 'forbade its key the request',
      standing: 'PROVIDER forbids KEY what is asked of TARGET',
      attempt: 'PROVIDER forbids KEY the request',
    },
  },
  'forbidden-request': {
    meaning: 'refused for where the request comes from, not for its key',
    blame: 'network',
    advice: 'other-target',
    moves: [nextTarget],
    lasts: true,
    precedence: 150,
    phrases: { happened: 'forbade the request' },
  },
});
