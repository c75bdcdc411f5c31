/** The memory of an open page: its own heap, and that of the worker that its tabs share. */

import { setTimeout } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';

const patienceMs = 5000;
/**
 * What is being shown when the heap is read counts too: a page at fifty events a second read
 * 3.9 to 5.2 MB within one second. The least of a few readings is what it keeps.
 */
const readings = 6;
const apartMs = 100;

/** Bytes that are kept, after collections. */
export async function readHeap(page: Page): Promise<number> {
  let least = Infinity;
  for (let nth = 0; nth < readings; nth += 1) {
    if (nth > 0) await setTimeout(apartMs);
    least = Math.min(least, await readOnce(page));
  }
  return least;
}

/** Bytes in use after a collection. */
async function readOnce(page: Page): Promise<number> {
  const own = await page.context().newCDPSession(page);
  const whole = await page.context().browser()?.newBrowserCDPSession();
  if (whole === undefined) throw new Error('the page has no browser of its own');
  const { targetInfos } = await whole.send('Target.getTargets');
  const origin = new URL(page.url()).origin;
  const workers = targetInfos.filter(
    ({ type, url }) => type === 'shared_worker' && url.startsWith(origin),
  );
  const [used, ...others] = await Promise.all([
    measure((method) => own.send(method)),
    ...workers.map(({ targetId }) => readWorker(whole, targetId)),
  ]);
  await Promise.all([own.detach(), whole.detach()]);
  return others.reduce((sum, bytes) => sum + bytes, used);
}

type Ask = (method: 'HeapProfiler.collectGarbage' | 'Runtime.getHeapUsage') => Promise<unknown>;

async function measure(ask: Ask): Promise<number> {
  await ask('HeapProfiler.collectGarbage');
  const usage = await ask('Runtime.getHeapUsage');
  return typeof usage === 'object' && usage !== null && 'usedSize' in usage
    ? Number(usage.usedSize)
    : Number.NaN;
}

/** Playwright has no session of a shared worker, so its messages are wrapped by hand. */
async function readWorker(whole: CDPSession, targetId: string): Promise<number> {
  const { sessionId } = await whole.send('Target.attachToTarget', { targetId, flatten: false });
  let last = 0;
  return measure(async (method) => {
    last += 1;
    const id = last;
    const answered = new Promise<object>((resolve) => {
      whole.on('Target.receivedMessageFromTarget', ({ sessionId: from, message }) => {
        const told = JSON.parse(message);
        if (from === sessionId && told.id === id) resolve(told.result);
      });
    });
    await whole.send('Target.sendMessageToTarget', {
      sessionId,
      message: JSON.stringify({ id, method }),
    });
    // One whose last tab has just gone is still listed, and says nothing any more.
    return Promise.race([answered, setTimeout(patienceMs, { usedSize: 0 })]);
  });
}
