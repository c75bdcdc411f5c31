/**
 * Words of programs that people run themselves, and of what stands in front of them, each with what
 * mends it. Data.
 */

import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { frontIn } from '../../protocols/body/fronts.ts';
import { noTemplateWords } from '../../providers/signatures/self-hosted.ts';
import type { WordsFix } from './request-words.ts';

export const serverWords: readonly WordsFix[] = [
  // Open WebUI, whose users have keys only where its administrator allows them
  {
    words: /\buse of api keys? is not enabled\b/i,
    fix: ({ baseUrl }) => ({
      text: `have an administrator of the Open WebUI at ${new URL(baseUrl).origin} switch API keys on (ENABLE_API_KEYS=true, or Admin Settings > General), and allow them to the group of this user: the key has no part in it`,
    }),
  },
  {
    words: noTemplateWords,
    fix: ({ model, baseUrl }) => ({
      text: `serve a model that was made for chats (a base model has no chat template, its Instruct or Chat variant has one), or start the server at ${new URL(baseUrl).origin} again with a template for ${model} (--chat-template FILE of vLLM)`,
    }),
  },
  // LM Studio: `The model has crashed without additional information. (Exit code: …)`
  {
    words: /\bmodel (process |runner )?(has |was )?(crashed|terminated|stopped unexpectedly)\b/i,
    isOfOwn: true,
    fix: ({ model, baseUrl }) => ({
      text: `load ${model} again in the program at ${new URL(baseUrl).origin}; its log says why it crashed (mostly too little memory: a shorter context or a smaller model needs less)`,
    }),
  },
  // vLLM: its engine is another process than the API in front of it, which goes on answering
  {
    words:
      /\bEngine(Core|Dead)\w*|\bbackground loop has errored\b|\bengine (is|has) (dead|died)\b/i,
    isOfOwn: true,
    fix: ({ baseUrl }) => ({
      text: `start the server at ${new URL(baseUrl).origin} again: its engine is dead until then, and its log has the cause`,
    }),
  },
  // A page says it of bytes: only an API counts tokens
  {
    words: /^HTTP 413 with an HTML page of |\bFUNCTION_PAYLOAD_TOO_LARGE\b/,
    isOfOwn: true,
    isOfRequest: true,
    fix: ({ baseUrl }, words) => {
      const { name = 'what stands', size } = frontIn(words) ?? {};
      return {
        text: `${name} in front of ${new URL(baseUrl).origin} takes no request of so many bytes: send less at once (a shorter conversation, smaller images), or have its limit raised${size === undefined ? '' : ` (${size})`}; the model was not asked`,
      };
    },
  },
  // Not the answer came too late: the request did
  {
    words: /^HTTP 408 with /,
    isOfOwn: true,
    fix: ({ baseUrl }, words) => ({
      text: `what answers at ${new URL(baseUrl).origin} did not get the whole request in the time that it waits: see how fast the way there is, or raise that limit of ${frontIn(words)?.name ?? 'its server'} (client_body_timeout of nginx, timeout http-request of HAProxy)`,
    }),
  },
  // Web pages take GET alone: FastAPI, nginx and others say so alike
  {
    words: /^method not allowed\W*$|^HTTP 405 with /i,
    isOfOwn: true,
    causes: ['not-offered'],
    fix: ({ provider, baseUrl }) => ({
      text: `what answers at ${baseUrl} takes no such requests, as a web page: let ${formatKeyPath(['providers', provider, 'base_url'])} lead to the API beside it (under /api at Open WebUI, under /v1 at most others)`,
    }),
  },
];
