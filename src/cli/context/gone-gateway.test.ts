import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { explainGone } from './gone-gateway.ts';

const environment = { get: () => undefined, all: () => ({}) };

it('names a gateway that left its run file behind, unless somebody listens there', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const running = { url: `http://127.0.0.1:${port}`, pid: 812, startedAt: 0, token: 'test' };
  expect(await explainGone(running, environment)).toBeUndefined();
  await new Promise((resolve) => server.close(resolve));
  expect(await explainGone(running, environment)).toMatchObject({
    what: `the gateway of this home at ${running.url} (pid 812) was killed, or this machine went down: nothing listens there`,
    fix: {
      text: 'start it again',
      command: expect.stringMatching(/^holdfast (serve|service start)$/),
    },
  });
});
