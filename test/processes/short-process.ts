/**
 * A process that runs out of descriptors: asks through the engine before, while it has none left,
 * and after. Argument: the base URL of a provider, twice: by name and by address. Tells what each
 * answer was, who answered in the end, and what was said.
 */

import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import type { Headers } from '../../src/model/request.ts';
import { createRuntime } from '../../src/runtime.ts';

interface Heard {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

const [, , byName = '', byAddress = ''] = process.argv;
const said: string[] = [];
const provider = (base_url: string): object => ({
  base_url,
  protocol: 'openai-chat',
  api_key: 'sk-sim-good',
});
const runtime = createRuntime({
  config: {
    main: 'named/sim/echo',
    fallback_chain: ['spare/sim/echo'],
    providers: { named: provider(byName), spare: provider(byAddress) },
  },
  onEvent: (event) => {
    if (event.type === 'rescue' || event.type === 'warning') said.push(event.text);
  },
});

async function ask(model: string): Promise<Heard> {
  let [status, text]: [number, string] = [0, ''];
  let headers: Headers = {};
  const take = (chunk?: Uint8Array): boolean => {
    text += Buffer.from(chunk ?? []).toString();
    return true;
  };
  const body = Buffer.from(
    JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] }),
  );
  const asked = { method: 'POST', path: '/v1/chat/completions', headers: {}, body };
  await runtime.exchange(
    { ...asked, signal: new AbortController().signal },
    {
      head: (given, found) => {
        status = given;
        headers = found;
      },
      write: take,
      onDrain: (resume) => resume(),
      end: take,
    },
  );
  return { status, retryAfter: headers['retry-after'], text };
}

/** Everything that is left, all but none. */
function takeAll(): readonly number[] {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync(devNull, 'r'));
  } catch {
    return taken; // EMFILE: that was the last
  }
}

const taken = takeAll();
const during = [await ask('main'), await ask('spare/sim/echo'), await ask('main')];
for (const file of taken) closeSync(file);
const after = await ask('main');
const last = runtime.records().at(-1);
const { answeredBy, skipped } = last ?? {};
process.send?.({
  taken: taken.length,
  during,
  after: { status: after.status, answeredBy, skipped },
  said,
});
await runtime.close();
process.disconnect();
