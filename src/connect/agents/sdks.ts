/** The vendors' own SDKs, in any language, read address and key from variables. */

import { shellLine } from '../../host/shell-line.ts';
import { type Agent, exportKey } from '../settings.ts';

// Names: openai-node and openai-python README (OPENAI_BASE_URL, OPENAI_API_KEY).
export const openaiSdk: Agent = {
  name: 'openai',
  title: 'OpenAI SDK',
  programs: [],
  sharesKey: true,
  connect: ({ url, keyLine }) => ({
    shell: [shellLine`export OPENAI_BASE_URL=${url}/v1`, exportKey('OPENAI_API_KEY', keyLine)],
    notes: [
      'The model is main, another task, or provider/model; in process: new OpenAI(createHoldfast().openai())',
    ],
  }),
};

// Names: anthropic-sdk-typescript and -python README (ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY).
export const anthropicSdk: Agent = {
  name: 'anthropic',
  title: 'Anthropic SDK',
  programs: [],
  sharesKey: true,
  connect: ({ url, keyLine }) => ({
    shell: [shellLine`export ANTHROPIC_BASE_URL=${url}`, exportKey('ANTHROPIC_API_KEY', keyLine)],
    notes: ['The model is main, another task, provider/model, or an alias'],
    aliases: { 'claude-*haiku*': 'title_generation', 'claude-*': 'main' },
  }),
};
