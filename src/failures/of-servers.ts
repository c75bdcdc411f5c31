/** Failure classes about a server, the network path to it, or its answer. */

import {
  amend,
  endedByHead,
  hour,
  minute,
  nextTarget,
  outage,
  retryLast,
  retryOnce,
  retryTwice,
  silence,
  wait,
} from './moves.ts';
import { defineClasses } from './row.ts';

/** Our own message, because there is no answer to quote. */
const inOurWords = 'TARGET: MESSAGE';

/** Whoever runs the server has to change something in it. */
const unable = {
  blame: 'provider',
  advice: 'other-target',
  moves: [nextTarget],
  lasts: true,
  keyTest: 'limited',
} as const;

/** Each try may load for minutes. */
const unloadable = {
  scope: ['origin', 'model'],
  ofOperation: true,
  windows: [minute, 5 * minute, 15 * minute],
  capMs: hour,
} as const;

export const serverClasses = defineClasses({
  overloaded: {
    meaning: 'the provider is overloaded',
    blame: 'provider',
    advice: 'retry',
    moves: [retryTwice, nextTarget, wait],
    mark: { scope: ['origin', 'model'], ofOperation: true, ...outage, ...endedByHead },
    fix: 'status-page',
    keyTest: 'unreachable',
    precedence: 160,
    phrases: { happened: 'was overloaded', standing: 'PROVIDER is overloaded' },
  },
  maintenance: {
    meaning: 'the provider says that it is down for maintenance',
    blame: 'provider',
    advice: 'wait',
    moves: [nextTarget, wait],
    mark: { scope: ['origin', 'model'], ofOperation: true, ...outage, ...endedByHead },
    fix: 'status-page',
    keyTest: 'unreachable',
    phrases: {
      happened: 'was under maintenance',
      standing: 'PROVIDER is under maintenance',
      rescue: 'PROVIDER is under maintenance',
    },
  },
  'not-ready': {
    meaning: 'the model is being loaded',
    blame: 'provider',
    advice: 'retry',
    moves: [retryTwice, nextTarget, wait],
    mark: { scope: ['origin', 'model'], ofOperation: true, ...outage, ...endedByHead },
    keyTest: 'limited',
    precedence: 155,
    phrases: {
      happened: 'was not ready',
      standing: 'PROVIDER is loading TARGET',
      attempt: 'PROVIDER is loading MODEL',
    },
  },
  'not-loaded': {
    meaning: 'the server runs, and has no model loaded',
    ...unable,
    precedence: 84,
    phrases: {
      happened: 'has no model loaded',
      attempt: 'PROVIDER has no model loaded',
      fix: 'load MODEL in the program at SERVER, then ask again: its name is not at fault',
    },
  },
  'too-little-memory': {
    meaning: 'the server has too little memory for the model',
    ...unable,
    mark: unloadable,
    precedence: 152,
    phrases: {
      happened: 'has too little memory for the model',
      standing: 'PROVIDER has too little memory for TARGET',
      attempt: 'PROVIDER has too little memory for MODEL',
      fix: 'free memory on the machine at SERVER (other loaded models, a shorter context), or name a smaller model',
    },
  },
  'load-failed': {
    meaning: 'the server has the model, and cannot load it',
    ...unable,
    mark: unloadable,
    precedence: 153,
    phrases: {
      happened: 'could not load the model',
      standing: 'PROVIDER cannot load TARGET',
      attempt: 'PROVIDER could not load MODEL',
      fix: 'see the log of the program at SERVER: too old a version, a missing part of it, or a damaged file; until then name another model',
    },
  },
  'not-enabled': {
    meaning: 'the server could do it, and was started without it',
    remark: 'without tools: for an hour that model comes after the others for requests with tools',
    ...unable,
    precedence: 86,
    phrases: {
      happened: 'was started without what the request needs',
      attempt: 'PROVIDER was started without what the request needs',
      fix: 'start the server at SERVER again with FLAGS, or let another model answer',
    },
  },
  'server-error': {
    meaning: 'the provider broke',
    blame: 'provider',
    advice: 'retry',
    moves: [retryTwice, nextTarget, wait],
    mark: {
      scope: ['origin', 'model'],
      ofOperation: true,
      ...outage,
      afterInARow: 3,
      ...endedByHead,
    },
    mayBe: 'done',
    fix: 'status-page',
    keyTest: 'unreachable',
    precedence: 190,
    phrases: {
      happened: 'had a server error',
      standing: 'PROVIDER fails when it is asked for TARGET',
    },
  },
  connect: {
    meaning: 'no connection to the provider',
    blame: 'network',
    advice: 'retry',
    moves: [retryOnce, nextTarget, wait],
    mark: { scope: ['origin'], ofHost: true, ...outage, afterInARow: 3, ...endedByHead },
    mayBe: 'billed',
    fix: 'reach-server',
    keyTest: 'unreachable',
    phrases: {
      happened: 'could not be reached',
      brief: 'not reached',
      standing: 'no server answers for TARGET',
      rescue: 'PROVIDER could not be reached (CODE)',
    },
  },
  tls: {
    meaning: 'no secure connection: a certificate is not trusted, or TLS is refused',
    blame: 'network',
    advice: 'other-target',
    moves: [nextTarget],
    mayBe: 'done',
    lasts: true,
    fix: 'trust-certificate',
    keyTest: 'unreachable',
    phrases: {
      happened: 'could not be reached securely',
      brief: 'not secure',
      attempt: inOurWords,
    },
  },
  timeout: {
    meaning: 'no answer in time',
    blame: 'provider',
    advice: 'other-target',
    moves: [nextTarget, retryLast, wait],
    mark: { scope: ['origin', 'model'], ofOperation: true, ...silence },
    isSilence: true,
    mayBe: 'billed',
    fix: 'status-page',
    keyTest: 'unreachable',
    precedence: 180,
    phrases: {
      happened: 'kept silent',
      brief: 'silent',
      standing: 'TARGET does not answer in time',
      attempt: inOurWords,
    },
  },
  'stream-cut': {
    meaning: 'the stream ended before its answer did',
    blame: 'provider',
    advice: 'retry',
    moves: [retryTwice, nextTarget, wait],
    mark: { scope: ['origin', 'model'], ...silence, endedBy: 'whole-answer' },
    mayBe: 'billed',
    fix: 'status-page',
    phrases: {
      happened: 'broke off',
      brief: 'cut',
      standing: 'streams of TARGET break off',
      attempt: inOurWords,
    },
  },
  'stream-stall': {
    meaning: 'the stream fell silent',
    blame: 'provider',
    advice: 'other-target',
    moves: [nextTarget, retryLast, wait],
    mark: { scope: ['origin', 'model'], ...silence, endedBy: 'whole-answer' },
    isSilence: true,
    mayBe: 'billed',
    fix: 'status-page',
    phrases: {
      happened: 'fell silent in the middle of its answer',
      brief: 'stalled',
      standing: 'streams of TARGET fall silent',
      attempt: inOurWords,
    },
  },
  malformed: {
    meaning: 'what came is not an answer',
    remark:
      'waits only if it was no JSON at all, as the page of a server that restarts; a page of a proxy is named as its',
    blame: 'provider',
    advice: 'retry',
    moves: [nextTarget, retryLast, wait],
    mark: {
      scope: ['origin', 'model'],
      ofOperation: true,
      ...outage,
      afterInARow: 3,
      isWaitedFor: true,
    },
    mayBe: 'billed',
    precedence: 200,
    phrases: { happened: 'sent a damaged answer', brief: 'damaged' },
  },
  empty: {
    meaning: 'the answer has no content',
    remark: 'then the empty answer is passed on',
    blame: 'provider',
    advice: 'retry',
    moves: [retryOnce, nextTarget],
    mayBe: 'billed',
    keyTest: 'works',
    phrases: { happened: 'answered nothing' },
  },
  /** The finish reason of the answer means failure, or it has none. */
  unfinished: {
    meaning: 'the answer ended with a word that means failure, or without a finish',
    remark:
      'no mark. Then the answer is passed on: with its word, or as an error where it is translated; [finish reasons](docs/streams.md#finish-reasons)',
    blame: 'provider',
    advice: 'retry',
    moves: [nextTarget, retryLast],
    mayBe: 'billed',
    phrases: {
      happened: 'gave an answer without a proper end',
      brief: 'unfinished',
      attempt: inOurWords,
    },
  },
  /** The judge of a side task found the answer unusable. */
  unusable: {
    meaning: 'the answer of a side task is of no use',
    remark:
      'a [side task](docs/tasks.md#judged-answers) only: no mark, and the key has worked. Where the answer had no room, the request is amended: no reasoning, or a larger limit',
    blame: 'provider',
    advice: 'other-target',
    moves: [amend('longer-answer'), nextTarget],
    mayBe: 'billed',
    phrases: {
      happened: 'gave an answer of no use',
      attempt: inOurWords,
      fix: 'name another model for this task under auxiliary, or set judge to false beside it, which passes on what came',
    },
  },
});
