/**
 * Agents take back what they have put into their last turns. Qwen Code says the date in the last
 * one only, and after each turn its background agent goes on with the same conversation, from a
 * prompt and with tools of its own.
 */

import { expect, it } from 'vitest';
import { startCaching, sumOf } from './stage.ts';

const words = (count: number, seed: string): string =>
  Array.from({ length: count }, (_, index) => `${seed}${index}`).join(' ');
const schema = {
  type: 'object',
  properties: { path: { type: 'string', description: words(20, 'p') } },
};

/**
 * Of the agent one request in each turn, of its background agent two: one, and what a tool of its
 * own has told it.
 */
function forkingTurns(turns: number): readonly object[] {
  const say = (role: string, text: string): object => ({ role, content: [{ type: 'text', text }] });
  const tool = (name: string): object => ({
    type: 'function',
    function: { name, parameters: schema },
  });
  return Array.from({ length: turns }, (_, turn) => {
    const talk = Array.from({ length: turn }, (__, at) => [
      say('user', words(200, `u${at}_`)),
      say('assistant', words(80, `a${at}_`)),
    ]).flat();
    const dated = {
      role: 'user',
      content: ['The date.', words(200, `u${turn}_`)].map((text) => ({ type: 'text', text })),
    };
    const said = [...talk, dated, say('assistant', words(80, `a${turn}_`))];
    const fork = [say('system', words(2000, 'fork')), ...said, say('user', words(300, 'keep'))];
    const id = `call_${turn}`;
    const call = { id, type: 'function', function: { name: 'look', arguments: '{}' } };
    return [
      {
        tools: Array.from({ length: 14 }, (__, at) => tool(`tool_${at}`)),
        messages: [say('system', words(3000, 's')), ...talk, dated],
      },
      { tools: [tool('look')], messages: fork },
      {
        tools: [tool('look')],
        messages: [
          ...fork,
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: id, content: 'nothing' },
        ],
      },
    ];
  }).flat();
}

it('an agent whose background agent goes on with each of its turns reads at least 95 %', async () => {
  const stage = startCaching();
  for (const body of forkingTurns(10)) {
    expect(await stage.ask({ protocol: 'openai-chat', body })).toBe(200);
    await stage.host.advance(5000);
  }
  const { read, ideal } = sumOf(stage.sent);
  expect(read / ideal).toBeGreaterThanOrEqual(0.95);
  const marks = stage.sent.map(({ body }) => body.split('"cache_control"').length - 1);
  expect(Math.max(...marks)).toBe(4);
  await stage.runtime.close();
});
