/**
 * A conversation in which another provider took part: reasoning that is not the target's own is
 * refused, taken out, and told in the record.
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ask, startEngine } from './harness.ts';
import { tongues } from './protocol-cases.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

const tongue = tongues.find(({ protocol }) => protocol === 'anthropic-messages') ?? tongues[0];
const hello = { role: 'user', content: 'hello there' };
const foreign = { type: 'thinking', thinking: 'hm', signature: 'of somebody else' };
const use = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} };
const result = {
  role: 'user',
  content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'seen' }],
};
const thinking = { type: 'enabled', budget_tokens: 1024 };

describe('reasoning that another provider has signed', () => {
  it.each<[string, readonly object[]]>([
    [
      'between two questions',
      [hello, { role: 'assistant', content: [foreign, { type: 'text', text: 'so' }] }, hello],
    ],
    ['alone in its message', [hello, { role: 'assistant', content: [foreign] }, hello]],
    ['inside a tool loop', [hello, { role: 'assistant', content: [foreign, use] }, result]],
  ])('%s is taken out after one refusal', async (_name, messages) => {
    const { runtime } = startEngine(sim, {
      model: 'sim/echo',
      ...(tongue === undefined ? {} : { tongue }),
    });
    const answer = await ask(
      runtime,
      { thinking, messages },
      tongue === undefined ? {} : { tongue },
    );
    const notes = runtime.records()[0]?.notes;
    await runtime.close();
    expect(answer.status).toBe(200);
    expect(sim.log().map(({ status }) => status)).toEqual([400, 200]);
    expect(notes).toEqual(['asked with its history repaired']);
  });
});
