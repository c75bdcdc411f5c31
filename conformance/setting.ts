/**
 * The gateway's side of a scene: its configuration, and the one request that proves a key before
 * the client comes.
 */

import type { Place, Protocol } from './client.ts';
import { type Scene, spareProtocol } from './scene.ts';
import { blind } from './scenes.ts';

/** Where the simulated providers are. */
export interface Origins {
  readonly main: string;
  readonly spare: string;
  readonly side: string;
}

const compression = {
  provider: 'side',
  model: 'sim/status-503',
  fallback_chain: [{ provider: 'second', model: 'sim/summary' }],
  fallback: 'none',
};

/**
 * The `config.yaml` of a scene. JSON is YAML. Small models' names stand for a task with a provider
 * of its own.
 */
export function writeConfig(protocol: Protocol, scene: Scene, origins: Origins): string {
  const { model, key, spare, showsImage, vision, compacts, titles } = scene;
  const { spareModel = 'sim/plain', spareKey = 'sk-sim-good', vendor = 'first' } = scene;
  const limits = { idle_text: 2, whole: 10 };
  const first = {
    base_url: `${origins.main}/v1`,
    protocol: scene.speaks ?? protocol,
    api_key: key,
    limits,
    models: { 'sim/blind': { images: false }, [blind]: { images: false } },
  };
  const spoken = spareProtocol(protocol, spare);
  const second = { base_url: `${origins.spare}/v1`, protocol: spoken, api_key: spareKey };
  const side = { base_url: `${origins.side}/v1`, protocol, api_key: 'sk-sim-good' };
  return JSON.stringify({
    ...(showsImage ? { blind_models: 'describe' } : {}),
    main: { provider: vendor, model },
    ...(spare === 'none' ? {} : { fallback_chain: [{ provider: 'second', model: spareModel }] }),
    auxiliary: {
      title_generation: {
        provider: 'side',
        model: titles ?? 'sim/titles',
        fallback: titles ? 'main' : 'none',
      },
      ...(showsImage ? { vision } : {}),
      ...(compacts ? { compression } : {}),
    },
    aliases: {
      'claude-*haiku*': 'title_generation',
      'claude-*': 'main',
      'gpt-*mini*': 'title_generation',
      'gemini-*flash*': 'title_generation',
      'gemini-*': 'main',
    },
    providers: { [vendor]: first, side, ...(spare === 'none' ? {} : { second }) },
  });
}

/**
 * Lets the main provider accept the key once, for a model that does not break; throws when it does
 * not.
 */
export async function proveKey(protocol: Protocol, { gateway, key }: Place): Promise<void> {
  const { path, body } = proofs[protocol];
  const response = await fetch(`${gateway}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(
      path.startsWith('/v1beta/') ? body : { model: 'first/sim/plain', ...body },
    ),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the key could not be proven: ${response.status} ${text}`);
}

const messages = [{ role: 'user', content: 'hello' }];
const proofs: Readonly<Record<Protocol, { readonly path: string; readonly body: object }>> = {
  'openai-chat': { path: '/v1/chat/completions', body: { messages } },
  'openai-responses': { path: '/v1/responses', body: { input: 'hello' } },
  'anthropic-messages': { path: '/v1/messages', body: { messages, max_tokens: 64 } },
  'google-generate-content': {
    path: '/v1beta/models/first/sim/plain:generateContent',
    body: { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] },
  },
};
