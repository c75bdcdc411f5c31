/**
 * Listeners of `holdfast.on()` and `onEvent`: one that fails harms neither the request nor the
 * others.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import type { EngineEvent } from '../model/events.ts';
import { createHoldfast, type Holdfast } from './holdfast.ts';

const config = {
  main: 'one/m',
  providers: { one: { base_url: 'https://one.example/v1', protocol: 'openai-chat', auth: 'none' } },
};
const end = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

/** Asks once; the provider refuses first, so that there is a rescue to tell of. */
async function askOnce(
  listen: (holdfast: Holdfast) => void,
  onEvent?: (event: EngineEvent) => void,
): Promise<string> {
  const host = createFakeHost();
  const headers = { 'content-type': 'text/event-stream' };
  const chunks = ['data: {"choices":[{"delta":{"content":"done"}}]}\n\n', end];
  host.upstream.enqueue({ status: 503 }, { headers, chunks });
  const holdfast = createHoldfast({ host, config, ...(onEvent === undefined ? {} : { onEvent }) });
  listen(holdfast);
  const asking = holdfast.ask('hello');
  await host.advance(5_000);
  return (await asking).text;
}

function failing(): never {
  throw new Error('a bug of the listener');
}

describe.each([
  [
    'of on()',
    (heard: EngineEvent[]) =>
      askOnce((holdfast) => {
        holdfast.on(failing);
        holdfast.on((event) => heard.push(event));
      }),
  ],
  [
    'given as onEvent',
    (heard: EngineEvent[]) =>
      askOnce((holdfast) => void holdfast.on((event) => heard.push(event)), failing),
  ],
])('a listener %s that throws', (_name, run) => {
  it('fails no request, and the others hear everything', async () => {
    const heard: EngineEvent[] = [];
    expect(await run(heard)).toBe('done');
    expect(heard.map(({ type }) => type)).toEqual(expect.arrayContaining(['rescue', 'finished']));
  });

  it('is told to the others once', async () => {
    const heard: EngineEvent[] = [];
    await run(heard);
    const told = heard.filter((event) => event.type === 'warning');
    expect(told).toEqual([
      {
        type: 'warning',
        code: 'listener-failed',
        text: expect.stringContaining('a bug of the listener'),
      },
    ]);
  });
});

it('a listener may stop listening while it is called, and one that is added twice hears once', async () => {
  const heard: string[] = [];
  await askOnce((holdfast) => {
    const listener = (event: EngineEvent): void => {
      if (event.type !== 'rescue') return;
      heard.push(event.type);
      stop();
    };
    const stop = holdfast.on(listener);
    holdfast.on(listener);
  });
  expect(heard).toEqual(['rescue']);
});

it('an invalid listener is refused when it is added', () => {
  const holdfast = createHoldfast({ host: createFakeHost(), config });
  expect(() => Reflect.apply(holdfast.on, undefined, [undefined])).toThrow(
    'a listener must be a function',
  );
});
