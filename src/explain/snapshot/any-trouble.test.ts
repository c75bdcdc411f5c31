/**
 * Whatever a provider answers instead of an answer, and however often: the plan, its troubles, the
 * tasks and the snapshot say the same of it, until something changes.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answered, type EngineStage, stageEngine } from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { judgeRoutes } from '../doctor/judge-routes.ts';
import { signOfTask } from '../doctor/standing-words.ts';
import { exitOf } from '../doctor/troubles.ts';
import { RecentActivity } from './recent-activity.ts';
import { takeSnapshot } from './take-snapshot.ts';

const { signal } = new AbortController();
const config = (keys: readonly string[]): object => ({
  main: 'one/m',
  providers: {
    one: {
      base_url: 'https://one.test/v1',
      protocol: 'openai-chat',
      credentials: keys.map((label) => ({ label, api_key: `sk-test-${label}` })),
    },
  },
});

const html = { 'content-type': 'text/html' };
const said = (status: number, message: string): UpstreamStep => ({
  status,
  chunks: [JSON.stringify({ error: { message } })],
});
const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

const troubles: Readonly<Record<string, UpstreamStep>> = {
  'a server error': said(500, 'internal'),
  'a 503': said(503, 'no healthy upstream'),
  'a region that is not served': said(403, 'Country, region, or territory not supported'),
  'a page with 200': { headers: html, chunks: ['<html><title>Welcome</title></html>'] },
  'a redirect to a login': { status: 302, headers: { location: 'https://login.test/' } },
  "a proxy's 403": { status: 403, headers: html, chunks: ['<html>Blocked by policy</html>'] },
  'a key that is refused': said(401, 'Incorrect API key provided'),
  'no money': said(402, 'Insufficient balance'),
  'a rate limit': said(429, 'Rate limit reached'),
  'no server': { error: refused },
  'no model': said(404, 'The model `m` does not exist'),
  'an unknown status': said(418, 'teapot'),
};

async function view({ runtime }: EngineStage): Promise<unknown> {
  const plan = await runtime.plan({ signal });
  const activity = new RecentActivity();
  for (const record of runtime.records()) activity.note(record);
  const { verdict } = await takeSnapshot(runtime, { activity, live: [] });
  const [route] = plan.routes;
  const outcome = plan.outcomes?.find(({ task }) => task === 'main');
  const sign = route === undefined ? undefined : signOfTask(route, outcome);
  return { sign, exit: exitOf(judgeRoutes(plan)), state: verdict.state };
}

const broken = { sign: '✗', exit: 4, state: 'broken' };

describe('a trouble that goes on', () => {
  it('is told alike everywhere, ends with a success, and is open after a reset', async () => {
    const names = Object.keys(troubles);
    const history = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(history, fc.boolean(), async (met, isReset) => {
        const stage = stageEngine(config(['a']));
        for (const name of met) {
          stage.host.upstream.answerBy(() => troubles[name] ?? answered);
          await stage.ask();
          expect(await view(stage), name).toEqual(broken);
        }
        await stage.host.advance(1000);
        await stage.runtime.keys.reset({ signal });
        if (isReset) expect(await view(stage)).toMatchObject({ exit: 0 });
        stage.host.upstream.answerBy(() => answered);
        expect((await stage.ask()).status).toBe(200);
        expect(await view(stage)).toEqual({ sign: '✓', exit: 0, state: 'well' });
        await stage.runtime.close();
      }),
      { numRuns: 30 },
    );
  });
});
