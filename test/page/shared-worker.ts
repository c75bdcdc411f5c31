/** Looks into the worker that all tabs of a browser share; Playwright knows none. */

import type { Browser } from 'playwright-core';

/** Evaluates in the one such worker of the page at `url`. */
export async function evaluateInWorker(
  browser: Browser,
  url: string,
  expression: string,
): Promise<unknown> {
  const root = await browser.newBrowserCDPSession();
  const { targetInfos } = await root.send('Target.getTargets');
  const workers = targetInfos.filter(
    (one) => one.type === 'shared_worker' && one.url.startsWith(url),
  );
  const [worker] = workers;
  if (worker === undefined || workers.length > 1) throw new Error(`${workers.length} workers`);
  const { sessionId } = await root.send('Target.attachToTarget', { targetId: worker.targetId });
  const answer = new Promise<string>((resolve) => {
    root.on('Target.receivedMessageFromTarget', ({ message }) => {
      if (message.includes('"id":1')) resolve(message);
    });
  });
  const params = { expression, returnByValue: true, awaitPromise: true };
  const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params });
  await root.send('Target.sendMessageToTarget', { sessionId, message });
  const { result } = JSON.parse(await answer);
  await root.detach();
  return result.result.value;
}
