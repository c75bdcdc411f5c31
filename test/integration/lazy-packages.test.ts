/** What a relayed request does not load: the packages of the translate leg cost a tenth of a second, and most processes never translate. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('loads the packages of the translate leg with the first translated request, and not before', async () => {
  const child = fork(join(import.meta.dirname, '../processes/loading-process.ts'), {
    execArgv: [],
    env: { PATH: process.env['PATH'] },
  });
  const [report] = await once(child, 'message');
  expect(report).toMatchObject({ statuses: [200, 200], before: [] });
  expect(report.after).toContain('@ai-sdk/anthropic');
});
