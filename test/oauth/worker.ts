/**
 * A process of its own that asks a few questions, one after the other, and says how each ended:
 * `worker.ts COUNT GAP_MS [thread|memory]`, and on its input the time at which to begin.
 */

import { once } from 'node:events';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createRuntime } from '../../src/runtime.ts';
import { ask } from '../integration/harness.ts';

const [count = '1', gapMs = '0', store = 'thread'] = process.argv.slice(2);
const host = createNodeHost();
const said: string[] = [];
const runtime = createRuntime({
  host,
  store: store === 'memory' ? 'memory' : 'thread',
  onEvent: (event) => {
    if (event.type === 'warning' || event.type === 'rescue') said.push(event.text);
  },
});
process.stdout.write('ready\n');
const [line] = await once(process.stdin, 'data');
await host.clock.sleep(Math.max(0, Number(line) - host.clock.now()));
const answers: { readonly status: number; readonly text: string }[] = [];
for (let turn = 0; turn < Number(count); turn += 1) {
  const { status, text } = await ask(runtime);
  answers.push({ status, text });
  await host.clock.sleep(Number(gapMs));
}
process.stdout.write(`${JSON.stringify({ answers, said })}\n`);
await runtime.close();
await host.close();
process.exit(0);
