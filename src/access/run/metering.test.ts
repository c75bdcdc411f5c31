/** What attempts cost whose answer was not used: told in the record. */

import { describe, expect, it } from 'vitest';
import { refused, stageEngine } from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';

const usage = { prompt_tokens: 7, completion_tokens: 5 };
const answer = (content: string): UpstreamStep => ({
  chunks: [JSON.stringify({ choices: [{ message: { content }, finish_reason: 'stop' }], usage })],
});
const broken = (code: string): UpstreamStep => ({
  error: Object.assign(new Error(code), { code }),
});

async function record(steps: readonly UpstreamStep[]) {
  const one = {
    base_url: 'https://one.test/v1',
    protocol: 'openai-chat',
    auth: 'none',
    limits: { whole: 5 },
  };
  const two = { ...one, base_url: 'https://two.test/v1' };
  const stage = stageEngine({ main: 'one/m', fallback_chain: ['two/m'], providers: { one, two } });
  for (const step of steps) stage.host.upstream.enqueue(step);
  await stage.ask();
  await stage.runtime.close();
  return stage.lastRecord();
}

describe('the record of a request', () => {
  it('counts the requests and the tokens of an answer that was discarded', async () => {
    const { attempts, usage: sum, unmetered } = (await record([answer(''), answer('done')])) ?? {};
    expect(attempts).toHaveLength(2);
    expect([sum, unmetered]).toEqual([{ inputTokens: 14, outputTokens: 10 }, undefined]);
  });

  it.each<[string, number, UpstreamStep, number | undefined]>([
    ['a request that was out and got no answer', 1, { silent: true }, 1],
    ['a connection that ended after it was made', 2, broken('ECONNRESET'), 2],
    ['an invalid answer', 2, { chunks: ['{"choices":'] }, 2],
    ['a connection that was refused', 2, broken('ECONNREFUSED'), undefined],
    ['a name that is unknown', 2, broken('ENOTFOUND'), undefined],
    ['a refusal', 3, refused(503), undefined],
  ])('says whether %s may be billed', async (_name, times, step, unmetered) => {
    const found = await record([...Array.from({ length: times }, () => step), answer('done')]);
    expect(found?.attempts).toHaveLength(times + 1);
    expect(found?.usage).toEqual({ inputTokens: 7, outputTokens: 5 });
    expect(found?.unmetered).toBe(unmetered);
  });
});
