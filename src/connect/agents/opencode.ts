/**
 * OpenCode, and Kilo Code, which is made of it, read a provider from their global config, and the
 * key from our key file or a variable.
 */

import {
  type Agent,
  configFolder,
  exportKey,
  type GatewayAddress,
  keyVariable,
} from '../settings.ts';

/**
 * If the maximum length of an answer is unknown, this share of the window is used. OpenCode would
 * take 32,000 tokens, which may be all of it.
 */
const answerShare = 1 / 4;

/**
 * Without it OpenCode assumes that a custom model has no vision, and sends a sentence in place of
 * each image.
 */
const images = { attachment: true, modalities: { input: ['text', 'image'], output: ['text'] } };

// Names: opencode.ai/docs/config (JSON or JSONC, `small_model`, `{file:…}`, `{env:…}`) and
// /docs/providers (custom provider). Seen in 1.18.33: its hidden agent `compaction` takes a model
// like any other, and never runs where `limit.context` is unknown.
export const opencode: Agent = {
  name: 'opencode',
  title: 'OpenCode',
  folder: configFolder('opencode'),
  connect: connectOpenCode('opencode.json', 'https://opencode.ai/config.json'),
};

// Names: kilo.ai/docs/contributing/architecture/config-schema. Its command line is OpenCode with
// files of its own.
export const kilo: Agent = {
  name: 'kilo',
  title: 'Kilo Code',
  folder: configFolder('kilo'),
  connect: connectOpenCode('kilo.json', 'https://app.kilo.ai/config.json'),
};

function connectOpenCode(file: string, schema: string): Agent['connect'] {
  return ({ url, keyLine, gatewayKeyFile, sideTask, tasks, window, takesImages }, folder, user) => {
    const path = `${folder}/${file}`;
    const apiKey =
      gatewayKeyFile === undefined ? `{env:${keyVariable}}` : `{file:${gatewayKeyFile}}`;
    const ours = tasks.filter((task) => task === 'compression');
    const names = ['main', sideTask, ...ours].map(
      (name) => [name, { name: `Holdfast ${name}` }] as const,
    );
    const main = { name: 'Holdfast main', ...(takesImages ? images : {}), ...limitOf(window) };
    const models = { ...Object.fromEntries(names), main };
    return {
      files: [
        {
          path: user.exists(`${path}c`) ? `${path}c` : path,
          set: {
            model: 'holdfast/main',
            small_model: `holdfast/${sideTask}`,
            ...Object.fromEntries(
              ours.map((task) => ['agent.compaction.model', `holdfast/${task}`]),
            ),
            'provider.holdfast': {
              npm: '@ai-sdk/openai-compatible',
              name: 'Holdfast',
              options: { baseURL: `${url}/v1`, apiKey },
              models,
            },
          },
          whenNew: { $schema: schema },
          above: [file, `${file}c`],
        },
      ],
      shell: gatewayKeyFile === undefined ? [exportKey(keyVariable, keyLine)] : [],
      notes: [`A project's own ${file} overrides this one`],
    };
  };
}

function limitOf({ context, output }: GatewayAddress['window']): {
  limit?: { context: number; output: number };
} {
  if (context === undefined) return {};
  return { limit: { context, output: output ?? Math.floor(context * answerShare) } };
}
