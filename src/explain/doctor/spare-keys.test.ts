/** Several keys of one model in different states: each is told its own trouble and mend. */

import { expect, it } from 'vitest';
import { refused, stageEngine } from '../../../test/fakes/engine-stage.ts';
import { judgeRoutes } from './judge-routes.ts';

const refusals = {
  closed: refused(401, {
    message: 'The account has been deactivated.',
    code: 'account_deactivated',
  }),
  other: refused(403, {
    message: 'Project `p` has no access to model `m`',
    code: 'model_not_found',
  }),
  busy: refused(429, { message: 'Rate limit reached. Please try again in 40m12s.' }),
};

it.each([[['closed', 'other', 'busy']], [['other', 'busy']], [['other', 'closed']]] as const)(
  '%j',
  async (states) => {
    const credentials = states.map((label) => ({ label, api_key: `sk-test-${label}` }));
    const one = { base_url: 'https://one.test/v1', protocol: 'openai-chat', credentials };
    const two = {
      base_url: 'https://two.test/v1',
      protocol: 'openai-chat',
      api_key: 'sk-test-two',
    };
    const config = { main: 'one/m', fallback_chain: ['two/m'], providers: { one, two } };
    const stage = stageEngine(config);
    stage.host.upstream.enqueue(...states.map((state) => refusals[state]));
    await stage.ask();
    const troubles = judgeRoutes(
      await stage.runtime.plan({ signal: new AbortController().signal }),
    );
    const told = troubles.find(({ what }) => what.includes('does not let'));
    expect(told?.fix?.text).toBe(
      'choose another model at main (given config), or have this one allowed for the key',
    );
    for (const { what } of troubles) expect(what).not.toContain('another key is asked');
  },
);
