/** What the configuration adds to a request is suspected where nobody knows why it is refused. */

import { describe, expect, it } from 'vitest';
import { refused, stageEngine } from '../../../test/fakes/engine-stage.ts';

const providers = {
  local: {
    base_url: 'http://127.0.0.1:9/v1',
    protocol: 'openai-chat',
    api_key: `sk-test-${'m'.repeat(20)}`,
  },
};

describe('a field that a task adds', () => {
  it.each([
    [410, true],
    [404, true],
    [401, false],
    [429, false],
    [503, false],
  ])('is suspected where nobody knows the reason of a %i', async (status, isSuspected) => {
    const side = { provider: 'local', model: 'm', fallback: 'none', extra_body: { search: 'on' } };
    const stage = stageEngine({ main: 'local/m', providers, auxiliary: { side } });
    stage.host.upstream.answerBy(() => refused(status, { message: 'it has ended' }));
    await stage.ask({ body: { model: 'side' } });
    const fixes = stage.lastRecord()?.fixes?.join() ?? '';
    const path = 'auxiliary.side.extra_body.search';
    const leaveOut = `leave out search, which ${path} (given config) adds (holdfast config unset ${path})`;
    expect(fixes.includes(leaveOut)).toBe(isSuspected);
  });
});
