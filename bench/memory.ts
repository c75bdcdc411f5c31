/** Measures memory over many requests: it must not grow after the first tens of thousands. */

import type { Arena } from './arena.ts';
import type { Contender } from './contender.ts';
import { encodeRequest, runClosedLoop } from './load.ts';
import { residentKb } from './machine.ts';
import { type Finding, formatNumber } from './report.ts';
import { wholeAnswer } from './upstream.ts';

/** Runs batches of this length until enough requests were made. */
const stepMs = 2000;

export async function measureFlatMemory(arena: Arena): Promise<Finding> {
  arena.upstream.play(wholeAnswer);
  const [contender] = arena.pick('holdfast');
  if (contender === undefined) throw new Error('the gateway is not running');
  await arena.restart(contender);
  const { memoryFrom, memoryTo } = arena.effort;
  const first = await loadUntil(contender, memoryFrom, 0);
  const middle = await loadUntil(contender, (memoryFrom + memoryTo) / 2, first.count);
  const last = await loadUntil(contender, memoryTo, middle.count);
  const marks = [first, middle, last].map(
    ({ count, kb }) => `${formatNumber(kb / 1024)} MB after ${formatNumber(count)}`,
  );
  return {
    title: `memory over ${formatNumber(memoryTo)} requests`,
    rows: [{ who: contender.name, figures: marks }],
    verdicts: [
      {
        what: 'growth from first to last',
        value: (last.kb / first.kb - 1) * 100,
        unit: ' %',
        goal: { atMost: 10 },
      },
    ],
  };
}

async function loadUntil(
  contender: Contender,
  count: number,
  done: number,
): Promise<{ readonly count: number; readonly kb: number }> {
  const request = encodeRequest(contender, 900);
  let made = done;
  while (made < count) {
    made += (await runClosedLoop(contender, request, { connections: 64, forMs: stepMs })).count;
  }
  return { count: made, kb: residentKb(contender.pid) };
}
