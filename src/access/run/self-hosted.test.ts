/**
 * What vLLM, llama.cpp's server, Ollama and LiteLLM's proxy were seen to answer, byte for byte,
 * through the whole engine: how often they are asked, what the caller gets, and whom it costs what.
 * Under a name of the catalogue and under one that their owner made up.
 */

import { describe, expect, it } from 'vitest';
import { type CorpusCase, readCases } from '../../../scripts/lib/failure-corpus.ts';
import { answered, type EngineStage, stageEngine } from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { failureClasses, isFailureClass } from '../../failures/classes.ts';

const chat = { protocol: 'openai-chat' } as const;
const spare = { ...chat, base_url: 'https://two.test/v1', api_key: 'sk-test-spare' };
const recorded = readCases().filter(
  ({ source, response }) => source.startsWith('[R]') && !('stream' in response),
);
const servers = [...new Set(recorded.map(({ provider }) => provider))];

/** A server that gives this answer, and works otherwise; with a way out or without. */
function stage(name: string, hasWayOut: boolean): EngineStage {
  const server = { ...chat, base_url: 'https://one.test/v1', api_key: 'sk-test-a' };
  return stageEngine({
    main: `${name}/m`,
    ...(hasWayOut ? { fallback_chain: ['two/m'] } : {}),
    providers: { [name]: server, two: spare },
  });
}

function toStep({ response, text }: CorpusCase): UpstreamStep {
  return { status: response.status, headers: response.headers, chunks: [text] };
}

function classesOf(scene: EngineStage): readonly (string | undefined)[] {
  const classes = (scene.lastRecord()?.attempts ?? []).map(({ failure }) => failure?.class);
  return [...new Set(classes)];
}

it('every server has its cases', () => {
  expect(servers).toEqual(['litellm', 'llamacpp', 'ollama', 'vllm']);
  expect(recorded.length).toBeGreaterThanOrEqual(46);
});

const isRequestFault = ({ expect: { class: found } }: CorpusCase): boolean =>
  found !== null && isFailureClass(found) && failureClasses[found].isRequestFault === true;
const named = (cases: readonly CorpusCase[]) =>
  cases.flatMap((found) => [
    [found.id, found.provider, found] as const,
    [found.id, 'ours', found] as const,
  ]);

describe('a fault of the request', () => {
  it.each(named(recorded.filter(isRequestFault)))(
    '%s at %s: is asked once, marks nobody, and is told as it came, never as a 5xx',
    async (_id, name, found) => {
      const scene = stage(name, false);
      scene.host.upstream.enqueue(toStep(found), answered);
      const answer = await scene.ask();
      // What agents compact the conversation at is told in the words that they know.
      const said =
        found.expect.class === 'context-overflow'
          ? expect.stringContaining('"context_length_exceeded"')
          : found.text;
      expect([answer.status, answer.text]).toEqual([400, said]);
      expect(classesOf(scene)).toEqual([found.expect.class]);
      expect((await scene.ask()).status).toBe(200);
      expect(scene.sent()).toEqual(['one a', 'one a']);
    },
  );
});

/** The server gives this answer to everything about `m`; other models, and other servers, work. */
function refuseModel(scene: EngineStage, found: CorpusCase): void {
  scene.host.upstream.answerBy(({ origin, body }) =>
    origin === 'https://one.test' && String(body).includes('"model":"m"')
      ? toStep(found)
      : answered,
  );
}

describe('what another target may do better', () => {
  const others = recorded.filter((found) => !isRequestFault(found));
  const askedOnce: readonly (string | null)[] = [
    'not-offered',
    'model-missing',
    'auth-rejected',
    'quota',
  ];
  const isPermanent = ({ case: name }: CorpusCase): boolean => name.startsWith('upstream-key-');

  it.each(named(others))('%s at %s: the next target answers', async (_id, name, found) => {
    const scene = stage(name, true);
    refuseModel(scene, found);
    expect((await scene.ask()).status).toBe(200);
    const asked = scene.sent().filter((sent) => sent === 'one a').length;
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(
      askedOnce.includes(found.expect.class) || isPermanent(found) ? 1 : 3,
    );
    expect(scene.sent().at(-1)).toBe('two spare');
    expect(classesOf(scene)).toEqual([found.expect.class, undefined]);
  });

  const blamesNoKey = others.filter(
    ({ expect: { class: cause } }) => !['auth-rejected', 'not-offered'].includes(cause ?? ''),
  );
  it.each(named(blamesNoKey))('%s at %s: its key serves other models', async (_id, name, found) => {
    const scene = stage(name, true);
    refuseModel(scene, found);
    await scene.ask();
    expect((await scene.ask({ model: `${name}/other` })).status).toBe(200);
    expect(scene.sent().at(-1)).toBe('one a');
  });

  it('a key that the server does not know is not asked with again', async () => {
    const unknown = others.filter(({ expect: { class: cause } }) => cause === 'auth-rejected');
    expect(unknown.map(({ id }) => id)).toEqual([
      'litellm/wrong-key',
      'llamacpp/wrong-key',
      'vllm/wrong-key',
    ]);
    for (const found of unknown) {
      const scene = stage('ours', true);
      refuseModel(scene, found);
      await scene.ask();
      expect((await scene.ask({ model: 'ours/other' })).status).toBe(400);
      expect(scene.sent()).toEqual(['one a', 'two spare']);
    }
  });
});

it('a server that is still loading its model answers when it has', async () => {
  const loading = recorded.find(({ id }) => id === 'llamacpp/loading');
  if (loading === undefined) throw new Error('there is no such case');
  const scene = stage('ours', false);
  scene.host.upstream.enqueue(toStep(loading), answered);
  expect((await scene.ask()).status).toBe(200);
  expect(scene.sent()).toEqual(['one a', 'one a']);
});

describe('the key of a proxy at its upstream', () => {
  it("is nobody's key here, also where ours has worked", async () => {
    const found = recorded.find(({ id }) => id === 'litellm/upstream-key-refused');
    if (found === undefined) throw new Error('there is no such case');
    const scene = stage('ours', true);
    scene.host.upstream.enqueue(answered);
    await scene.ask();
    refuseModel(scene, found);
    await scene.ask();
    expect(classesOf(scene)).toEqual(['server-error', undefined]);
    expect((await scene.ask({ model: 'ours/other' })).status).toBe(200);
    expect(scene.sent().at(-1)).toBe('one a');
  });
});
