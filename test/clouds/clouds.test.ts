/**
 * Clouds that a key opens, asked over real sockets by their entries of the catalogue, at imitations
 * that insist on what their own pages and SDKs say.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { Host } from '../../src/host.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type Answer, ask, textOf } from '../integration/harness.ts';
import {
  anthropicMessages,
  googleGenerateContent,
  openaiChat,
  openaiResponses,
  type Tongue,
  tongues,
} from '../integration/protocol-cases.ts';
import { pieces } from './answers.ts';
import { type CloudName, deployment, keys, region, resource } from './clouds.ts';
import { type Imitation, startImitation } from './imitation.ts';

const home = mkdtempSync(join(tmpdir(), 'holdfast-clouds-'));
let imitation: Imitation;

beforeAll(async () => {
  imitation = await startImitation();
});
afterAll(async () => {
  await imitation.close();
  rmSync(home, { recursive: true });
});
beforeEach(() => {
  Object.assign(imitation.asked, { length: 0 });
  Object.assign(imitation.faults, { length: 0 });
});

/** Requests go to the imitation; the host that was meant is the first part of their path. */
function hostAtImitation(): Host {
  const host = createNodeHost({ HOLDFAST_HOME: home });
  return {
    ...host,
    dispatch: (request, handler) =>
      host.dispatch(
        {
          ...request,
          origin: imitation.url,
          path: `/${new URL(request.origin).host}${request.path}`,
        },
        handler,
      ),
  };
}

const providers = {
  azure: { resource, api_key: keys.azure },
  foundry: { resource, api_key: keys.foundry },
  bedrock: { region, api_key: keys.bedrock },
  vertex: { api_key: keys.vertex },
} as const;

async function withClouds<T>(config: object, use: (runtime: Runtime) => Promise<T>): Promise<T> {
  const host = hostAtImitation();
  const runtime = createRuntime({
    host,
    config: { providers, ...config },
    onEvent: () => undefined,
  });
  try {
    return await use(runtime);
  } finally {
    await runtime.close();
    await host.close();
  }
}

/** `main`, its own address of a protocol, and how its key comes. */
interface Served {
  readonly main: string;
  readonly settings?: object;
  readonly at: Readonly<Partial<Record<Tongue['protocol'], string>>>;
  readonly key: readonly [header: string, value: string];
}

const azureHost = `${resource}.openai.azure.com`;
const foundryHost = `${resource}.services.ai.azure.com`;
const runtimeHost = `bedrock-runtime.${region}.amazonaws.com`;
const mantleHost = `bedrock-mantle.${region}.api.aws`;
const bearer = ['authorization', `Bearer ${keys.bedrock}`] as const;

function openaiAt(host: string, base: string): Served['at'] {
  return {
    'openai-chat': `${host}${base}/chat/completions`,
    'openai-responses': `${host}${base}/responses`,
  };
}

const served: Readonly<Record<string, Served>> = {
  'Azure OpenAI': {
    main: `azure/${deployment}`,
    at: openaiAt(azureHost, '/openai/v1'),
    key: ['api-key', keys.azure],
  },
  'Azure OpenAI by its name in Foundry': {
    main: `azure/${deployment}`,
    settings: { azure: { base_url: `https://${foundryHost}/openai/v1`, api_key: keys.azure } },
    at: openaiAt(foundryHost, '/openai/v1'),
    key: ['api-key', keys.azure],
  },
  'Claude in Foundry': {
    main: 'foundry/claude-haiku-4-5',
    at: { 'anthropic-messages': `${foundryHost}/anthropic/v1/messages` },
    key: ['x-api-key', keys.foundry],
  },
  'a model of Bedrock': {
    main: 'bedrock/openai.gpt-6-luna',
    at: openaiAt(runtimeHost, '/openai/v1'),
    key: bearer,
  },
  'a model of Bedrock that has Chat alone': {
    main: 'bedrock/openai.gpt-oss-120b-1:0',
    at: { 'openai-chat': `${runtimeHost}/openai/v1/chat/completions` },
    key: bearer,
  },
  'Claude in Bedrock': {
    main: 'bedrock/anthropic.claude-haiku-4-5',
    at: { 'anthropic-messages': `${mantleHost}/anthropic/v1/messages` },
    key: bearer,
  },
  "Claude at Bedrock's runtime": {
    main: 'bedrock/global.anthropic.claude-opus-4-8',
    settings: {
      bedrock: { base_url: `https://${runtimeHost}/anthropic/v1`, api_key: keys.bedrock },
    },
    at: { 'anthropic-messages': `${runtimeHost}/anthropic/v1/messages` },
    key: bearer,
  },
  'a model of mantle': {
    main: 'bedrock/openai.gpt-6-luna',
    settings: { bedrock: { base_url: `https://${mantleHost}/v1`, api_key: keys.bedrock } },
    at: openaiAt(mantleHost, '/v1'),
    key: bearer,
  },
  'Vertex in express mode': {
    main: 'vertex/gemini-3.8-flash',
    at: {
      'google-generate-content':
        'aiplatform.googleapis.com/v1/publishers/google/models/gemini-3.8-flash:generateContent',
    },
    key: ['x-goog-api-key', keys.vertex],
  },
};

function readText(answer: Answer, tongue: Tongue, isStreamed: boolean): string {
  return isStreamed ? textOf(answer, tongue) : tongue.readWhole(answer.text);
}

describe.each(Object.entries(served))('%s', (_name, { main, settings, at, key }) => {
  const config = { main, providers: { ...providers, ...settings } };
  it.each(tongues.flatMap((tongue) => [false, true].map((isStreamed) => ({ tongue, isStreamed }))))(
    'answers $tongue.protocol, streamed: $isStreamed',
    ({ tongue, isStreamed }) =>
      withClouds(config, async (runtime) => {
        const answer = await ask(runtime, { stream: isStreamed }, { tongue });
        expect([answer.status, imitation.faults]).toEqual([200, []]);
        expect(readText(answer, tongue, isStreamed)).toBe(pieces.join(''));
        const [asked, ...more] = imitation.asked;
        expect(more).toEqual([]);
        const own = at[tongue.protocol] ?? Object.values(at)[0] ?? '';
        const path = isStreamed ? own.replace(':generate', ':streamGenerate') : own;
        expect(`${asked?.host}${asked?.path}`).toBe(path);
        expect(asked?.query.toString()).toBe(path.includes(':stream') ? 'alt=sse' : '');
        expect(asked?.headers[key[0]]).toBe(key[1]);
      }),
  );
});

describe('tokens are counted', () => {
  const inMessages = { ...anthropicMessages, path: '/v1/messages/count_tokens', fields: {} };
  const inContents: Tongue = {
    ...googleGenerateContent,
    toRequest: () => ({
      path: '/v1beta/models/main:countTokens',
      body: { contents: [{ role: 'user', parts: [{ text: 'hello there' }] }] },
    }),
  };
  it.each<readonly [string, Tongue, string]>([
    ['foundry/claude-haiku-4-5', inMessages, `${foundryHost}/anthropic/v1/messages/count_tokens`],
    [
      'bedrock/anthropic.claude-haiku-4-5',
      inMessages,
      `${mantleHost}/anthropic/v1/messages/count_tokens`,
    ],
    [
      'vertex/gemini-3.8-flash',
      inContents,
      'aiplatform.googleapis.com/v1/publishers/google/models/gemini-3.8-flash:countTokens',
    ],
  ])('by %s', (main, tongue, path) =>
    withClouds({ main }, async (runtime) => {
      const answer = await ask(runtime, {}, { tongue });
      expect([answer.status, imitation.faults]).toEqual([200, []]);
      expect(answer.text).toMatch(/"(input_tokens|totalTokens)":3/);
      expect(imitation.asked.map((one) => one.host + one.path)).toEqual([path]);
    }),
  );
});

const clouds: readonly CloudName[] = ['azure', 'foundry', 'bedrock', 'vertex'];

/** What the corpus has of each cloud. */
const cases = clouds.flatMap((cloud) => {
  const folder = join(import.meta.dirname, '../fixtures/failures', cloud);
  return readdirSync(folder).map((file) => ({
    cloud,
    name: file.replace('.json', ''),
    meant: JSON.parse(readFileSync(join(folder, file), 'utf8')).expect.class,
  }));
});

describe('a refusal of a cloud', () => {
  const models: Readonly<Record<CloudName, readonly [string, Tongue]>> = {
    azure: [`azure/${deployment}`, openaiChat],
    foundry: ['foundry/claude-haiku-4-5', anthropicMessages],
    bedrock: ['bedrock/openai.gpt-6-luna', openaiResponses],
    vertex: ['vertex/gemini-3.8-flash', googleGenerateContent],
  };
  it.each(cases)('$cloud/$name means $meant, and somebody answers', ({ cloud, name, meant }) => {
    const [main, tongue] = models[cloud];
    const spare = models[cloud === 'azure' ? 'vertex' : 'azure'][0];
    return withClouds({ main, fallback_chain: [spare] }, async (runtime) => {
      imitation.play(cloud, name);
      const answer = await ask(runtime, {}, { tongue });
      const { attempts = [] } = runtime.records().at(-1) ?? {};
      expect(attempts[0]?.failure?.class).toBe(meant);
      expect([answer.status, imitation.faults]).toEqual([200, []]);
      expect(tongue.readWhole(answer.text)).toBe(pieces.join(''));
      const isOver = attempts.every(({ failure }, index) => index === 0 || failure === undefined);
      expect([isOver, attempts.length]).toEqual([true, 2]);
    });
  });
});

describe('a key of Bedrock', () => {
  const elsewhere = { ...providers, bedrock: { region: 'eu-west-1', api_key: keys.bedrock } };
  it('of another region is told as that, with what to correct', () =>
    withClouds({ main: 'bedrock/openai.gpt-6-luna', providers: elsewhere }, async (runtime) => {
      const answer = await ask(runtime);
      const { message } = openaiChat.readError(answer.text) ?? {};
      expect(answer.status).toBe(400);
      expect(message).toContain('does not know');
      expect(message).toContain('it belongs to another one, or is not a key');
      expect(message).toContain('correct providers.bedrock.region');
    }));

  it.each([runtimeHost, mantleHost])(
    'that was stored for %s is one for both hosts',
    async (host) => {
      const place = { provider: 'bedrock', label: 'mine', origin: `https://${host}` };
      const facts = {
        id: 'k1',
        secret: keys.bedrock,
        addedAt: 1,
        verified: 'unverified',
        order: 1,
      };
      const file = join(home, 'credentials.json');
      const stored = { version: 1, keys: [{ ...place, ...facts }] };
      writeFileSync(file, JSON.stringify(stored), { mode: 0o600 });
      const models = ['openai.gpt-6-luna', 'anthropic.claude-haiku-4-5'];
      const main = `bedrock/${models[0]}`;
      await withClouds({ main, providers: { bedrock: { region } } }, async (runtime) => {
        for (const model of models)
          expect((await ask(runtime, { model: `bedrock/${model}` })).status).toBe(200);
        expect(imitation.asked.map((asked) => asked.host)).toEqual([runtimeHost, mantleHost]);
      });
      rmSync(file);
    },
  );

  it('that worked there is asked again before it is blamed', () =>
    withClouds({ main: 'bedrock/openai.gpt-6-luna' }, async (runtime) => {
      await ask(runtime);
      imitation.play('bedrock', 'key-of-another-region');
      expect((await ask(runtime)).status).toBe(200);
      const { attempts = [] } = runtime.records().at(-1) ?? {};
      expect(attempts.map(({ failure }) => failure?.class)).toEqual(['auth-suspect', undefined]);
    }));
});
