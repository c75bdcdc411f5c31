/**
 * What a request brings is never the server's fault: nobody is marked for it, and what can be left
 * out is left out.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
} from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';

const chat = { protocol: 'openai-chat' } as const;
const one = { ...chat, base_url: 'https://one.test/v1', api_key: 'sk-test-a' };
const two = { ...chat, base_url: 'https://two.test/v1', api_key: 'sk-test-spare' };

function stage(fallback: readonly string[] = [], more: object = {}): EngineStage {
  return stageEngine({
    main: 'one/m',
    fallback_chain: fallback,
    providers: { one: { ...one, ...more }, two },
  });
}

/** The first provider gives this answer to every body that has the word. */
function refuse(scene: EngineStage, word: string, step: UpstreamStep): void {
  scene.host.upstream.answerBy(({ origin, body }) =>
    origin === 'https://one.test' && String(body).includes(word) ? step : answered,
  );
}

const bodies = (scene: EngineStage): readonly string[] =>
  scene.host.upstream.requests.map(({ body }) => String(body));
const models = (scene: EngineStage): readonly unknown[] =>
  bodies(scene).map((body) => JSON.parse(body).model);
const tools = [
  { type: 'function', function: { name: 'ls', parameters: { type: 'object', properties: {} } } },
];

describe('what asks a model to think that does not', () => {
  const wordings = [
    '"tiny" does not support thinking',
    "litellm.UnsupportedParamsError: openai does not support parameters: ['reasoning_effort'], for model=m.",
    'this model does not support reasoning',
    'Unrecognized request argument supplied: reasoning_effort',
  ];
  it.each(wordings)('is left out after "%s", and asked again after an hour', async (message) => {
    const scene = stage(['two/m']);
    refuse(scene, 'reasoning_effort', refused(400, { message }));
    const ask = () => scene.ask({ body: { reasoning_effort: 'high' } });
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'one a', 'one a']);
    expect(bodies(scene).map((body) => body.includes('reasoning_effort'))).toEqual([
      true,
      false,
      false,
    ]);
    expect(scene.lastRecord()?.notes).toEqual([expect.stringMatching(/^asked without/)]);
    await scene.host.advance(3_601_000);
    await ask();
    expect(bodies(scene).at(3)).toContain('reasoning_effort');
  });

  it('is left out of a translated request too', async () => {
    const scene = stage(['two/m']);
    refuse(
      scene,
      'reasoning_effort',
      refused(400, { message: '"tiny" does not support thinking' }),
    );
    const thinking = { type: 'enabled', budget_tokens: 2048 };
    const answer = await scene.ask({ path: '/v1/messages', body: { thinking, max_tokens: 4000 } });
    expect([answer.status, scene.sent()]).toEqual([200, ['one a', 'one a']]);
    expect(bodies(scene).map((body) => body.includes('reasoning_effort'))).toEqual([true, false]);
  });

  it('is no reason to ask twice where nothing asks it', async () => {
    const scene = stage(['two/m']);
    refuse(scene, 'messages', refused(400, { message: '"tiny" does not support thinking' }));
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'two spare']);
  });
});

describe('tools at a model that calls none', () => {
  const noTools = refused(400, {
    message: 'registry.ollama.ai/library/tiny:latest does not support tools',
  });

  it('pass it over, also for another model of the same provider, and only with tools', async () => {
    const scene = stage(['one/big', 'two/m']);
    scene.host.upstream.answerBy(({ body }) => {
      const asked = JSON.parse(String(body));
      return asked.model === 'm' && asked.tools !== undefined ? noTools : answered;
    });
    await scene.ask({ body: { tools } });
    await scene.ask({ body: { tools } });
    await scene.ask();
    expect(models(scene)).toEqual(['m', 'big', 'big', 'm']);
  });

  it('are refused in its own words where nobody else is', async () => {
    const scene = stage();
    refuse(scene, 'tools', noTools);
    for (const _ of [1, 2]) {
      const answer = await scene.ask({ body: { tools } });
      expect([answer.status, answer.text]).toEqual([
        400,
        expect.stringContaining('does not support tools'),
      ]);
    }
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'one a', 'one a']);
  });
});

describe('an organization that was disabled', () => {
  it.each([400, 401, 403])('is the fault of its account alone, with %i', async (status) => {
    const key = (name: string, account: string) => ({ api_key: `sk-test-${name}`, account });
    const credentials = [key('a', 'x'), key('b', 'x'), key('c', 'y')];
    const { api_key: _, ...server } = one;
    const scene = stageEngine({ main: 'one/m', providers: { one: { ...server, credentials } } });
    const type = 'permission_error';
    const gone = refused(status, { type, message: 'This organization has been disabled.' });
    scene.host.upstream.answerBy(({ headers }) =>
      headers['authorization']?.endsWith('-c') ? answered : gone,
    );
    expect((await scene.ask()).status).toBe(200);
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'one c', 'one c']);
  });
});

/** What servers of people's own were seen to say with the status of a server that broke. */
const whats = [
  'JSON schema in format',
  'grammar',
  'tool call arguments',
  'chat template',
  'image',
  'audio input',
];
const hows = [
  'invalid',
  'unsupported',
  'Failed to parse',
  'failed to process',
  'unable to decode',
  'cannot load',
];
const faults = fc.record({
  what: fc.constantFrom(...whats),
  how: fc.constantFrom(...hows),
  rest: fc.constantFrom('', ': unexpected token at line 1', ' at position 3 (see the log)'),
  form: fc.constantFrom('api_error', 'server_error', 'bare', 'text'),
  name: fc.constantFrom('one', 'ollama', 'llamacpp', 'vllm'),
});

describe('a request that a server cannot read', () => {
  it('is asked once, marks nobody, and is refused with a 400 in the words of the server', async () => {
    await fc.assert(
      fc.asyncProperty(faults, async ({ what, how, rest, form, name }) => {
        const message = `${how} ${what}${rest}`;
        const whole =
          form === 'bare' ? { error: message } : { error: { message, type: form, param: null } };
        const said = form === 'text' ? message : JSON.stringify(whole);
        const scene = stageEngine({ main: `${name}/m`, providers: { [name]: one } });
        refuse(scene, 'nonsense', { status: 500, chunks: [said] });
        for (const _ of [1, 2, 3]) {
          const answer = await scene.ask({ body: { response_format: { type: 'nonsense' } } });
          expect([answer.status, answer.text], said).toEqual([400, said]);
        }
        expect((await scene.ask()).status, said).toBe(200);
        expect(scene.sent().length, said).toBe(4);
      }),
      { numRuns: 200, seed: 23 },
    );
  });

  it.each([
    ['the model runner has unexpectedly stopped', 'server-error'],
    ['The server had an error while processing your request. Sorry about that!', 'server-error'],
    ['failed to load model', 'load-failed'],
    ['llama runner process has terminated: exit status 2', 'server-error'],
    ['server busy, please try again. maximum pending requests exceeded', 'overloaded'],
  ])('but what broke the server is its own: %s', async (message, expected) => {
    const scene = stage(['two/m']);
    refuse(
      scene,
      'messages',
      refused(expected === 'overloaded' ? 503 : 500, { message, type: 'api_error' }),
    );
    await scene.ask();
    expect(scene.lastRecord()?.attempts[0]?.failure?.class).toBe(expected);
  });
});

describe('a refusal of the request that is passed on', () => {
  const tooLarge =
    'Request too large for m in organization o on tokens per min (TPM): Limit 30000, Requested 41207.';
  const tooLong = 'This model has a maximum context length of 8192 tokens. Your prompt has 9000.';
  it.each<readonly [status: number, message: string, code: string, told: readonly unknown[]]>([
    [429, tooLarge, 'rate_limit_exceeded', [429, 'false']],
    [409, tooLong, 'context_length_exceeded', [409, 'false']],
    [500, tooLong, 'context_length_exceeded', [400, undefined]],
    [400, tooLong, 'context_length_exceeded', [400, undefined]],
  ])('tells an SDK not to repeat it where it would: %i', async (status, message, code, told) => {
    const scene = stage();
    refuse(scene, 'messages', refused(status, { message, code }));
    const answer = await scene.ask();
    expect([answer.status, answer.headers['x-should-retry']]).toEqual(told);
    expect(scene.sent()).toEqual(['one a']);
  });
});
