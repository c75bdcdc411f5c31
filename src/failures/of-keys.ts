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

/** The request is refused for its place, its program or its time: no other key helps. */
const elsewhere = {
  blame: 'network',
  advice: 'other-target',
  moves: [nextTarget],
  lasts: true,
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
  'auth-unseen': {
    meaning: 'a key was sent, and the provider says that none came: it looks for it elsewhere',
    remark: 'a key that has worked here is rechecked, as `auth-suspect`',
    blame: 'unclear',
    advice: 'other-key',
    moves: [reread, rotate, nextTarget],
    mark: { scope: ['origin', 'fingerprint'], windows: [15 * minute], capMs: 6 * hour },
    heldAgainst: 'key',
    lasts: true,
    fix: 'send-key',
    exit: 4,
    keyTest: 'refused',
    precedence: 118,
    phrases: {
      happened: 'saw no key, though one was sent',
      standing: 'PROVIDER sees no key, though KEY is sent: it looks for it elsewhere',
      attempt: 'PROVIDER saw no key, though KEY was sent: it looks for it elsewhere',
      rescue: 'PROVIDER saw no key',
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
    meaning: 'the key has ended or is withdrawn, by the provider’s own word',
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
      happened: 'said that its key has ended or was withdrawn',
      standing: 'PROVIDER says that KEY has ended or was withdrawn',
      attempt: 'PROVIDER says that KEY has ended or was withdrawn',
      skipped: 'no access to PROVIDER: WHY',
    },
  },
  'account-closed': {
    meaning: 'the account of the key is disabled, by the provider’s own word',
    remark: 'the key itself is not at fault, and every other one of that account is refused too',
    blame: 'account',
    advice: 'other-account',
    moves: [reread, rotate, nextTarget],
    mark: { scope: ['origin', 'account'], isFinal: true, windows: [hour], capMs: 6 * hour },
    heldAgainst: 'key',
    lasts: true,
    exit: 4,
    keyTest: 'refused',
    precedence: 9,
    phrases: {
      happened: 'said that the account of its key is disabled',
      standing: 'PROVIDER says that the account of KEY is disabled',
      attempt: 'PROVIDER says that the account of KEY is disabled',
      fix: 'ask PROVIDER to open the account again CONSOLE: a new key of it is refused too; until then use a key of another account',
    },
  },
  'auth-elsewhere': {
    meaning:
      'the key belongs to another region, or is not a key at all: the provider tells both alike',
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
        'PROVIDER does not know KEY in this region: it belongs to another one, or is not a key',
      attempt:
        'PROVIDER does not know KEY in this region: it belongs to another one, or is not a key',
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
    fix: 'allow-request',
    keyTest: 'limited',
    precedence: 125,
    phrases: {
      happened: 'forbade its key the request',
      standing: 'PROVIDER forbids KEY this request to TARGET',
      attempt: 'PROVIDER forbids KEY the request',
    },
  },
  'forbidden-region': {
    meaning: 'not offered in the country or region that the request comes from',
    ...elsewhere,
    precedence: 144,
    phrases: {
      happened: 'does not serve the country or region that the request comes from',
      attempt: 'PROVIDER does not serve the country or region that the request comes from',
      fix: 'look at the way out of this machine, such as a VPN in another place; or let a provider answer that serves this one (holdfast fallback add)',
    },
  },
  'forbidden-address': {
    meaning: 'the address that the request comes from is not one of those that are let in',
    ...elsewhere,
    precedence: 146,
    phrases: {
      happened: 'does not let in the address that the request comes from',
      attempt: 'PROVIDER does not let in the address that the request comes from',
      fix: 'SAID have PROVIDER let in the network of this machine CONSOLE, or ask from one that it lets in',
    },
  },
  'forbidden-program': {
    meaning: 'the key is for the vendor’s own or named programs only',
    ...elsewhere,
    precedence: 147,
    phrases: {
      happened: 'lets only other programs use its key',
      attempt: 'PROVIDER lets only other programs use KEY',
      fix: 'give PROVIDER a key that programs of your own may use CONSOLE: this one belongs to a plan for named programs',
    },
  },
  'wrong-clock': {
    meaning: 'the time of the request is wrong: a clock of this machine, or of what signs it',
    ...elsewhere,
    precedence: 148,
    phrases: {
      happened: 'found the time of the request wrong',
      attempt: 'PROVIDER found the time of the request wrong',
      fix: 'set the clock of this machine, or of the proxy that signs the requests',
    },
  },
  blocked: {
    meaning: 'a firewall or a content network in front of the API refused the request',
    ...elsewhere,
    precedence: 149,
    phrases: {
      happened: 'is behind a firewall or a content network, which refused the request',
      attempt: 'PROVIDER is behind a firewall or a content network, which refused the request',
      fix: 'the key is not at fault: ask from another network, or have whoever runs SERVER let this machine through',
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
