/**
 * A process with an engine of its own, its store in a thread; it does what its parent tells it.
 * Started by `start-engine.ts`.
 */

import { createRuntime } from '../../src/runtime.ts';
import { ask } from '../integration/harness.ts';
import type { Order, Report } from './orders.ts';

const config = JSON.parse(process.env['ENGINE_CONFIG'] ?? '{}');
const runtime = createRuntime({ config, store: 'thread' });
const { signal } = new AbortController();

process.on('message', (order: Order) => {
  obey(order).then(
    (result) => send({ id: order.id, result }),
    (error: unknown) => send({ id: order.id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));

async function obey({ name, body }: Order): Promise<unknown> {
  if (name === 'ask') return (await ask(runtime, body)).status;
  if (name === 'marks') {
    const [pool] = await runtime.keys.report({ signal });
    return pool?.keys.flatMap(({ marks }) => marks.map(({ cause }) => cause)) ?? [];
  }
  if (name === 'reset') return (await runtime.keys.reset({ signal })).length;
  await runtime.close();
  return 'closed';
}

function send(report: Report): void {
  process.send?.(report);
}
