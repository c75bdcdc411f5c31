/**
 * A proxy that quotes its upstream, through the whole engine: the fallback answers at once, and the
 * proxy's key, which worked a moment ago, goes on serving the proxy's other models.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCases } from '../../../scripts/lib/failure-corpus.ts';
import {
  answered,
  type EngineStage,
  stageEngine,
  streamed,
} from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { type Quoted, quotings } from '../../../test/fakes/quoted.ts';
import { isRecord, parseOrNothing } from '../../protocols/json/is-record.ts';

const chat = { protocol: 'openai-chat' } as const;

/** Two keys, so that a verdict on the first would show as the use of the second. */
function stage(name: string): EngineStage {
  const keys = [{ api_key: 'sk-test-a' }, { api_key: 'sk-test-b' }];
  return stageEngine({
    main: `${name}/m`,
    fallback_chain: ['two/m'],
    providers: {
      [name]: { ...chat, base_url: 'https://one.test/v1', credentials: keys },
      two: { ...chat, base_url: 'https://two.test/v1', api_key: 'sk-test-spare' },
    },
  });
}

/** What blames a key or an account where it is said by the one that was asked. */
const blaming = readCases().filter(({ answer, expect: { class: cause } }) => {
  const blames = ['auth-rejected', 'auth-revoked', 'forbidden-model', 'billing', 'quota'];
  return blames.includes(cause ?? '') && isRecord(parseOrNothing(answer?.body ?? ''));
});

const cells = fc.record({
  found: fc.constantFrom(...blaming),
  form: fc.constantFrom(...Object.keys(quotings)),
  status: fc.constantFrom(400, 401, 402, 403, 429),
  name: fc.constantFrom('ours', 'litellm', 'openai'),
  isProven: fc.boolean(),
  isInStream: fc.boolean(),
});

/** As the first event of a stream, if it is JSON. */
function inStream({ body, headers }: Quoted): UpstreamStep | undefined {
  if (!isRecord(parseOrNothing(body))) return undefined;
  const eventStream = { ...headers, 'content-type': 'text/event-stream' };
  return { headers: eventStream, chunks: [`data: ${body}\n\n`] };
}

describe('a proxy that quotes its upstream', () => {
  it('is left at once for the fallback, and serves its other models with the same key', async () => {
    await fc.assert(
      fc.asyncProperty(cells, async ({ found, form, status, name, isProven, isInStream }) => {
        const quoted = quotings[form]?.quote(found.answer?.body ?? '', 'RateLimit');
        if (quoted === undefined) return;
        const scene = stage(name);
        const isOfOne = (model: string, body: unknown): boolean =>
          String(body).includes(`"model":"${model}"`);
        const event = isInStream ? inStream(quoted) : undefined;
        const step = event ?? { status, headers: quoted.headers ?? {}, chunks: [quoted.body] };
        scene.host.upstream.answerBy(({ origin, body }) => {
          if (origin === 'https://one.test' && isOfOne('m', body)) return step;
          return String(body).includes('"stream":true') ? streamed : answered;
        });
        if (isProven) await scene.ask({ model: `${name}/other` });
        const before = scene.sent().length;
        const answer = await scene.ask({ body: { stream: isInStream } });
        const asked = scene.sent().slice(before);
        const { failure } = scene.lastRecord()?.attempts[0] ?? {};
        await scene.ask({ model: `${name}/other` });
        const what = `${form}, ${found.id}, ${status} at ${name}: ${asked.join(', ')}`;
        const isOfRequest = answer.status !== 200;
        // Words that also speak of the request, such as of a policy, are no verdict on anybody;
        // repeats are the provider's outage.
        expect(isOfRequest ? ['one a'] : [...new Set(asked)], what).toEqual(
          isOfRequest ? asked : ['one a', 'two spare'],
        );
        if (failure?.class === 'quota') expect(asked.length, what).toBe(2);
        expect(scene.sent().at(-1), what).toBe('one a');
      }),
      { numRuns: 250, seed: 23 },
    );
  });
});
