/**
 * An outage of a minute loses no caller that asks through an official SDK with its defaults, not
 * streamed (law 11).
 */

import { expect, it } from 'vitest';
import { playSdkOutage, type sdks } from './sdk-outage.ts';

const seeds = 30;
const callers = 20;

it.each([
  'OpenAI for JavaScript',
  'OpenAI for Python',
  'Anthropic',
] as const satisfies (keyof typeof sdks)[])('answers all of them: %s', async (sdk) => {
  const lost: string[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const answered = await playSdkOutage({ sdk, callers, downMs: 60_000, seed });
    if (answered < callers) lost.push(`seed ${seed}: ${answered} of ${callers}`);
  }
  expect(lost).toEqual([]);
});
