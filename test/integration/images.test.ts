/**
 * Images and models that see none, over real sockets: who is asked, what the blind one is sent, and
 * that it stays the same from turn to turn.
 */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ask } from './harness.ts';
import {
  anthropicMessages,
  googleGenerateContent,
  openaiChat,
  openaiResponses,
  type Tongue,
} from './protocol-cases.ts';
import { pixel, showings } from './showings.ts';

const marks = /image_url|input_image|"type":"image"|inlineData/;

let sim: SimulatedProvider;
let front: Server;
let runtime: Runtime | undefined;
/** What the provider was sent, in order. */
let bodies: { readonly model: string; readonly text: string }[] = [];

beforeAll(async () => {
  sim = await startSimulatedProvider();
  front = await startFront();
});
beforeEach(() => {
  sim.reset();
  bodies = [];
});
afterEach(() => runtime?.close());
afterAll(async () => {
  front.close();
  await sim.close();
});

/** Notes every body on its way to the simulated provider. */
async function startFront(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const inPath = /models\/([^:]+):/.exec(decodeURIComponent(request.url ?? ''))?.[1];
    bodies.push({ model: inPath ?? JSON.parse(text).model, text });
    const {
      authorization = '',
      'x-api-key': key = '',
      'x-goog-api-key': google = '',
    } = request.headers;
    const headers = {
      'content-type': 'application/json',
      authorization,
      'x-api-key': String(key),
      'x-goog-api-key': String(google),
      'anthropic-version': '2023-06-01',
    };
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
    const origin = new URL(sim.url).origin;
    const answer = await fetch(`${origin}${request.url}`, {
      method: 'POST',
      headers: sent,
      body: text,
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function baseUrl(tongue: Tongue): string {
  const address = front.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return `http://127.0.0.1:${port}${tongue === googleGenerateContent ? '/v1beta' : '/v1'}`;
}

/** A blind main model and one that sees, at providers of their own. */
function start(
  config: object,
  {
    tongue = openaiChat,
    models = { 'sim/blind': { images: false } },
  }: { tongue?: Tongue; models?: object } = {},
): Runtime {
  const server = {
    base_url: baseUrl(tongue),
    protocol: tongue.protocol,
    api_key: 'sk-sim-good',
    pace: 'quick',
  };
  const chat = { ...server, base_url: baseUrl(openaiChat), protocol: 'openai-chat' };
  runtime = createRuntime({
    config: {
      main: 'own/sim/blind',
      providers: {
        own: { ...server, models },
        other: { ...chat, api_key: 'sk-sim-good+other' },
        dead: { ...chat, api_key: 'sk-sim-good+dead' },
        unkeyed: { ...chat, api_key: undefined, credentials: [{ env: 'NO_SUCH_KEY' }] },
      },
      ...config,
    },
  });
  return runtime;
}

const vision = { provider: 'other', model: 'sim/plain' };
const describing = { blind_models: 'describe', auxiliary: { vision } };

/** Without the place of a setting: `auxiliary.vision (given config)`. */
const cutPlace = (text: string): string => text.replaceAll(/ \([^)]*\)/g, '');

const asked = (model: string): readonly string[] =>
  bodies.filter((body) => body.model === model).map(({ text }) => text);

/** The conversation up to the end of its last turn. */
function conversationIn(body: string, field: string): string {
  return JSON.stringify(JSON.parse(body)[field]).slice(0, -1);
}

describe.each(showings)(
  'blind_models: describe in $tongue.protocol',
  ({ tongue, conversation, shown, asTool, said }) => {
    it('shows the image once to the task vision, and tells twenty turns in the same bytes', async () => {
      const engine = start(describing, { tongue });
      const turns: object[] = [shown];
      for (let turn = 0; turn < 20; turn += 1) {
        const { status } = await ask(
          engine,
          { [conversation]: turns, stream: turn % 2 === 1 },
          { tongue },
        );
        expect(status).toBe(200);
        turns.push(said(`answer ${turn}`, 'assistant'), said(`question ${turn}`, 'user'));
      }
      expect(asked('sim/plain')).toHaveLength(1);
      expect(asked('sim/plain')[0]).toContain(pixel);
      const blind = asked('sim/blind');
      expect(blind).toHaveLength(20);
      for (const [turn, body] of blind.entries()) {
        expect(body).not.toMatch(marks);
        expect(body).not.toContain(pixel);
        const next = blind[turn + 1];
        if (next !== undefined)
          expect(
            conversationIn(next, conversation).startsWith(conversationIn(body, conversation)),
          ).toBe(true);
      }
    });

    it('puts the image in the result of a tool into words, with the description that is known', async () => {
      const engine = start(describing, { tongue });
      await ask(engine, { [conversation]: [shown] }, { tongue });
      const { status } = await ask(
        engine,
        { [conversation]: [said('look', 'user'), ...asTool] },
        { tongue },
      );
      expect(status).toBe(200);
      expect(asked('sim/plain')).toHaveLength(1);
      expect(asked('sim/blind')[1]).toContain('another model has described it');
      expect(asked('sim/blind')[1]).not.toMatch(marks);
    });
  },
);

describe.each(showings)(
  'a blind target of another protocol, asked in $tongue.protocol',
  ({ tongue, conversation, shown, asTool, said }) => {
    it.each([
      ['said', [shown]],
      ['in the result of a tool', [said('look', 'user'), ...asTool]],
    ] as const)('is sent words for an image %s', async (_where, turns) => {
      const models = { 'sim/blind': { images: false } };
      const spoken = tongue === anthropicMessages ? openaiResponses : anthropicMessages;
      const engine = start(describing, { tongue: spoken, models });
      const { status } = await ask(engine, { [conversation]: turns }, { tongue });
      expect(status).toBe(200);
      const [body] = asked('sim/blind');
      expect(body).toContain('another model has described it');
      expect(body).not.toContain(pixel);
    });
  },
);

const [chat] = showings;
const messages = [chat?.shown];

describe('who is asked', () => {
  it('describes once for two who ask at once', async () => {
    const engine = start(describing);
    await Promise.all([ask(engine, { messages }), ask(engine, { messages, stream: true })]);
    expect(asked('sim/plain')).toHaveLength(1);
    expect(asked('sim/blind')).toHaveLength(2);
  });

  it('asks nobody to describe where nobody is blind, or nothing is shown', async () => {
    const engine = start({ ...describing, main: 'own/sim/seeing' });
    await ask(engine, { messages });
    await ask(engine, { model: 'own/sim/blind' });
    expect(asked('sim/plain')).toEqual([]);
    expect(asked('sim/seeing')[0]).toContain(pixel);
  });

  it('learns from a refusal, and shows that model no further image', async () => {
    const engine = start(describing, { models: {} });
    const first = await ask(engine, { messages });
    const second = await ask(engine, { messages });
    expect([first.status, second.status]).toEqual([200, 200]);
    const blind = asked('sim/blind');
    expect(blind.map((body) => marks.test(body))).toEqual([true, false, false]);
    expect(asked('sim/plain')).toHaveLength(1);
    const [attempt] =
      engine.records().find(({ attempts }) => attempts.length === 2)?.attempts ?? [];
    expect(attempt).toMatchObject({ failure: { class: 'no-images' }, decision: { kind: 'retry' } });
  });

  it('goes on to the chain of vision, and where all are down tells an honest placeholder, twice the same', async () => {
    const down = { provider: 'dead', model: 'sim/status-401', fallback: 'none' };
    const chained = { ...down, fallback_chain: ['other/sim/plain'] };
    const engine = start({ ...describing, auxiliary: { vision: chained } });
    await ask(engine, { messages });
    expect(asked('sim/blind')[0]).toContain('another model has described it');
    await engine.close();
    bodies = [];
    const dead = start({ ...describing, auxiliary: { vision: down } });
    const answers = [await ask(dead, { messages }), await ask(dead, { messages })];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const [one, other] = asked('sim/blind');
    expect(one).toContain('no model that can was available');
    expect(other).toBe(one);
    expect(asked('sim/status-401')).toHaveLength(1);
  });

  it('never shows an image to a blind main that vision falls back to', async () => {
    const engine = start({
      ...describing,
      auxiliary: { vision: { provider: 'dead', model: 'sim/status-401' } },
    });
    const { status } = await ask(engine, { messages });
    expect(status).toBe(200);
    expect(asked('sim/blind')).toHaveLength(1);
    expect(asked('sim/blind')[0]).not.toContain(pixel);
    expect(engine.records().find(({ task }) => task === 'main')?.notes).toEqual([
      '1 image could not be described, and the answering model was told so: holdfast why --task vision',
    ]);
    const record = engine.records().find(({ task }) => task === 'vision');
    expect(record?.skipped).toContainEqual(
      expect.objectContaining({ target: 'own/sim/blind', cause: 'no-images' }),
    );
  });

  it('counts neither attempts nor time of a description in the main request', async () => {
    const engine = start({
      ...describing,
      auxiliary: {
        vision: { ...vision, model: 'sim/status-500', fallback_chain: ['other/sim/plain'] },
      },
    });
    await ask(engine, { messages });
    const record = engine.records().find(({ task }) => task === 'main');
    expect(record?.attempts).toHaveLength(1);
    expect(record?.notes).toContain('1 image put into words, 1 of them now');
  });
});

describe('blind_models: route', () => {
  it('goes to the first target that sees, and from it on', async () => {
    const engine = start({ fallback_chain: ['other/sim/plain'] });
    const { status, headers } = await ask(engine, { messages });
    expect([status, headers['x-holdfast-target']]).toEqual([200, 'other/sim/plain']);
    expect(asked('sim/blind')).toEqual([]);
    expect(engine.records()[0]?.skipped).toContainEqual({
      target: 'own/sim/blind',
      cause: 'no-images',
      reason: 'it sees no images, as providers.own.models.sim/blind.images (given config) says',
    });
  });

  it('goes on after a refusal, and learns from it', async () => {
    const engine = start({ fallback_chain: ['other/sim/plain'] }, { models: {} });
    await ask(engine, { messages });
    await ask(engine, { messages });
    expect(asked('sim/blind')).toHaveLength(1);
    expect(asked('sim/plain')).toHaveLength(2);
  });

  it('says what to do where nobody on the route sees, and sends nothing', async () => {
    const { status, text } = await ask(start({}), { messages });
    expect(status).toBe(400);
    const { error } = JSON.parse(text);
    expect(error.code).toBe('no-images');
    expect(error.message).toContain('blind_models: describe');
    expect(bodies).toEqual([]);
  });

  const keyless = { provider: 'unkeyed', model: 'm' };
  const wantsEyes = 'name a model that sees in auxiliary.vision';
  const wantsMode = `write blind_models: describe and ${wantsEyes}`;
  it.each([
    ['nobody on the route sees', {}, 'main', [wantsMode]],
    ['so it is said of this task', { auxiliary: { docs: {} } }, 'docs', [wantsMode]],
    ['a describer that sees lacks a key', { auxiliary: { vision: keyless } }, 'vision', []],
    [
      'the same where images are described',
      { blind_models: 'describe', auxiliary: { vision: keyless } },
      'vision',
      [],
    ],
    [
      'the describer itself is blind',
      {
        blind_models: 'describe',
        auxiliary: { vision: { provider: 'own', model: 'sim/blind', fallback: 'none' } },
      },
      'vision',
      [wantsEyes],
    ],
    ['a fallback that sees lacks a key', { fallback_chain: ['unkeyed/m'] }, 'main', []],
  ])('advises what is not so yet: %s', async (_what, config, model, wanted) => {
    const { text } = await ask(start(config), { model, messages });
    const { fix } = JSON.parse(text).error.holdfast;
    const said = fix.text.split('; or ').flatMap((one: string) => one.split(', or put one on')[0]);
    expect(said.filter((one: string) => /sees|describe/.test(one)).map(cutPlace)).toEqual(
      wanted.map((one) => expect.stringContaining(one)),
    );
    if (wanted.length === 0) expect(fix.text).toContain('NO_SUCH_KEY');
  });

  it('lets a request without images go to the blind one', async () => {
    const { status } = await ask(start({ fallback_chain: ['other/sim/plain'] }));
    expect(status).toBe(200);
    expect(asked('sim/blind')).toHaveLength(1);
  });
});

describe('blind_models: refuse', () => {
  const refusing = { blind_models: 'refuse', fallback_chain: ['other/sim/plain'] };

  it('asks nobody where the first target is known to be blind', async () => {
    const { status, text } = await ask(start(refusing), { messages });
    expect(status).toBe(400);
    expect(JSON.parse(text).error.message).toContain('blind_models: refuse');
    expect(bodies).toEqual([]);
  });

  it('stops at a refusal, with the words of the provider', async () => {
    const { status, text } = await ask(start(refusing, { models: {} }), { messages });
    expect(status).toBe(400);
    expect(text).toContain('does not support image input');
    expect(asked('sim/plain')).toEqual([]);
  });

  it('holds for one task alone where its settings say so', async () => {
    const side = { provider: 'own', model: 'sim/blind', blind_models: 'describe' };
    const engine = start({ ...refusing, auxiliary: { vision, side } });
    const { status } = await ask(engine, { model: 'side', messages });
    expect(status).toBe(200);
    expect(asked('sim/blind')[0]).toContain('another model has described it');
  });
});
