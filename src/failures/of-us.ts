/**
 * Failure classes that blame nobody else: the caller left, our own time or this machine's resources
 * ran out, or no rule matches.
 */

import { nextTarget } from './moves.ts';
import { defineClasses } from './row.ts';

export const ourClasses = defineClasses({
  'client-gone': {
    meaning: 'the caller went away',
    blame: 'ourselves',
    advice: 'stop',
    moves: [],
    phrases: { happened: 'was left by the caller' },
  },
  'own-deadline': {
    meaning: 'our own time was used up',
    blame: 'ourselves',
    advice: 'stop',
    moves: [],
    phrases: {
      happened: 'did not answer within the time of the task',
      brief: 'out of time',
      attempt: 'TARGET: MESSAGE',
    },
  },
  unread: {
    meaning: 'the caller did not read its answer in time',
    blame: 'ourselves',
    advice: 'stop',
    moves: [],
    phrases: {
      happened: 'was not read to its end by the caller within the time of the task',
      brief: 'unread',
      attempt: 'TARGET: MESSAGE',
      fix: 'let the caller read its answer as it comes',
    },
  },
  local: {
    meaning: 'a fault on our side',
    blame: 'ourselves',
    advice: 'stop',
    moves: [],
    phrases: {
      happened: 'could not be asked, because this machine was short of something',
      brief: 'not sent',
    },
  },
  unknown: {
    meaning: 'nothing known matches',
    blame: 'unclear',
    advice: 'other-target',
    moves: [nextTarget],
    phrases: {
      happened: 'failed',
      brief: 'failed',
      fix: 'SAID ask whoever runs SERVER what that means',
    },
  },
});
