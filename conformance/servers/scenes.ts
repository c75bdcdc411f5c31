/**
 * What people's own model servers are asked through the engine, and what must come of it whichever
 * of them it is: played against recorded answers in CI, and by `npm run conformance:servers`
 * against servers that run.
 */

import { createRuntime, type Runtime } from '../../src/runtime.ts';

/** The names of the catalogue that are software. */
export const softwares = ['ollama', 'llamacpp', 'vllm', 'lmstudio', 'litellm'] as const;
export type Software = (typeof softwares)[number];

export interface Played {
  readonly status: number;
  readonly text: string;
  /** Classes of the attempts at the server, in order; an answer has none. */
  readonly classes: readonly (string | undefined)[];
  /** The provider that answered; undefined where nobody did. */
  readonly by: string | undefined;
}

export interface Scene {
  readonly name: string;
  readonly path: '/v1/chat/completions' | '/v1/messages' | '/v1/responses';
  /** Default: the server's own. */
  readonly model?: string;
  readonly body: object;
  /** What is wrong with it; undefined: nothing. */
  readonly judge: (played: Played) => string | undefined;
}

const question = [{ role: 'user', content: 'Say hi.' }];
const tools = [
  {
    type: 'function',
    function: { name: 'ls', description: 'lists', parameters: { type: 'object', properties: {} } },
  },
];
const unreadable = {
  type: 'json_schema',
  json_schema: { name: 'x', schema: { type: 'nonsense' } },
};
/** More than any small context window holds. */
const long = [{ role: 'user', content: 'word '.repeat(40_000) }];

function isAnswered({ status, text }: Played): string | undefined {
  return status === 200 && text !== '' ? undefined : `status ${status}: ${text.slice(0, 200)}`;
}

/** A fault of the request: the server may be fine with it, and nobody is held back for it. */
function isRefusedOnce(phrase: RegExp): Scene['judge'] {
  return (played) => {
    if (played.status === 200) return undefined;
    if (played.status !== 400) return `status ${played.status}: ${played.text.slice(0, 200)}`;
    if (played.classes.length > 2) return `it was asked ${played.classes.length} times`;
    return phrase.test(played.text)
      ? undefined
      : `without its phrase: ${played.text.slice(0, 200)}`;
  };
}

/**
 * In this order: each is followed by a plain question, which shows that nothing is held against the
 * server.
 */
export const scenes: readonly Scene[] = [
  {
    name: 'whole',
    path: '/v1/chat/completions',
    body: { messages: question, max_tokens: 16 },
    judge: isAnswered,
  },
  {
    name: 'streamed',
    path: '/v1/chat/completions',
    body: { messages: question, max_tokens: 16, stream: true },
    judge: (played) =>
      isAnswered(played) ?? (played.text.includes('[DONE]') ? undefined : 'the stream has no end'),
  },
  {
    name: "in Anthropic's format",
    path: '/v1/messages',
    body: { messages: question, max_tokens: 16 },
    judge: (played) =>
      isAnswered(played) ?? (played.text.includes('stop_reason') ? undefined : 'it is no message'),
  },
  {
    name: 'a model that is not there',
    path: '/v1/chat/completions',
    model: 'holdfast-no-such-model',
    body: { messages: question, max_tokens: 16 },
    judge: (played) =>
      isAnswered(played) ??
      (played.classes.length > 1 ? `it was asked ${played.classes.length} times` : undefined),
  },
  {
    name: 'tools',
    path: '/v1/chat/completions',
    body: { messages: question, max_tokens: 16, tools },
    judge: isAnswered,
  },
  {
    name: 'reasoning',
    path: '/v1/chat/completions',
    body: { messages: question, max_tokens: 16, reasoning_effort: 'low' },
    judge: (played) =>
      isAnswered(played) ?? (played.by === 'spare' ? 'another target answered' : undefined),
  },
  {
    name: 'a schema that cannot be read',
    path: '/v1/chat/completions',
    body: { messages: question, max_tokens: 16, response_format: unreadable },
    judge: isRefusedOnce(/./),
  },
  {
    name: 'a prompt that is too long',
    path: '/v1/messages',
    body: { messages: long, max_tokens: 16 },
    judge: isRefusedOnce(/prompt is too long|exceed context limit/),
  },
];

export interface ServerAt {
  readonly name: Software;
  readonly baseUrl: string;
  readonly model: string;
  /** Default: none is sent. */
  readonly key?: string | undefined;
}

/**
 * `spare`: the base URL of a provider that answers. Only scenes of tools and of a missing model
 * have it behind the server.
 */
export async function playScene(scene: Scene, server: ServerAt, spare: string): Promise<Played> {
  const runtime = startRuntime(scene, server, spare);
  try {
    const played = await send(runtime, scene);
    if (scene.judge(played) !== undefined) return played;
    const after = await send(runtime, {
      ...scene,
      path: '/v1/chat/completions',
      body: { messages: question, max_tokens: 16 },
    });
    return after.status === 200 ? played : { ...after, text: `afterwards: ${after.text}` };
  } finally {
    await runtime.close();
  }
}

function startRuntime(
  scene: Scene,
  { name, baseUrl, model, key }: ServerAt,
  spare: string,
): Runtime {
  const hasSpare = scene.name === 'tools' || scene.model !== undefined;
  return createRuntime({
    config: {
      main: `${name}/${scene.model ?? model}`,
      ...(hasSpare ? { fallback_chain: ['spare/sim-mini'] } : {}),
      providers: {
        [name]: { base_url: baseUrl, ...(key === undefined ? { auth: 'none' } : { api_key: key }) },
        spare: { base_url: spare, protocol: 'openai-chat', api_key: 'sk-sim-good' },
      },
    },
  });
}

async function send(
  runtime: Runtime,
  { path, body }: Pick<Scene, 'path' | 'body'>,
): Promise<Played> {
  const chunks: Uint8Array[] = [];
  let status = 0;
  await runtime.exchange(
    {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ model: 'main', ...body })),
      signal: AbortSignal.timeout(300_000),
    },
    {
      head: (given) => {
        status = given;
      },
      write: (chunk) => chunks.push(chunk) > 0,
      onDrain: (resume) => resume(),
      end: (chunk) => void (chunk === undefined || chunks.push(chunk)),
    },
  );
  const record = runtime.records().at(-1);
  const own = (record?.attempts ?? []).filter(({ target }) => !target.startsWith('spare/'));
  return {
    status,
    text: Buffer.concat(chunks).toString(),
    classes: own.map(({ failure }) => failure?.class),
    by: record?.answeredBy?.split('/', 1)[0],
  };
}
