/** A refused request: nobody else is said to refuse it, unless nobody else is asked. */

import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../test/fakes/record.ts';
import { failureClasses, isFailureClass } from '../../failures/classes.ts';
import type { AttemptRecord } from '../../model/record.ts';
import { createStory } from './story.ts';

const classes = Object.keys(failureClasses)
  .filter(isFailureClass)
  .filter((name) => failureClasses[name].isRequestFault === true);

describe.each(classes)('a request that was refused as %s', (name) => {
  const attempt: AttemptRecord = {
    target: 'acme/m',
    credential: 'acme:config',
    fingerprint: 'sha256:a',
    startedAt: 0,
    durationMs: 1,
    status: 400,
    failure: { class: name, rule: 'r', message: 'no' },
  };
  const story = createStory(recordOf({ outcome: 'failed', attempts: [attempt] }), 10);

  it('is final only where the engine goes on to nobody', () => {
    const isFinal = failureClasses[name].moves.length === 0;
    expect(story.verdict.includes('another target or key would not change')).toBe(isFinal);
    expect(story.nothingToFix?.includes('let another model answer')).toBe(!isFinal);
    expect(story.nothingToFix).toContain('change the request as the provider says');
  });

  it('is not said to be one to ask again now where another answered, unless more failed', () => {
    const { failure: _, ...whole } = { ...attempt, target: 'spare/n' };
    const down = {
      ...whole,
      failure: { class: 'server-error', rule: 'r', message: 'no' },
    } as const;
    const told = (...attempts: readonly AttemptRecord[]) =>
      createStory(recordOf({ answeredBy: 'spare/n', attempts }), 10).nothingToFix;
    expect(told(attempt, whole)).toMatch(/may be refused there again, until it is changed/);
    expect(told(attempt, down, whole)).toContain('asked again now');
  });
});
