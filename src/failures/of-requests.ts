/**
 * Failure classes about the request: what it asks for does not exist, or it is refused as it is.
 */

import { amend, hour, minute, nextTarget } from './moves.ts';
import { defineClasses } from './row.ts';

export const requestClasses = defineClasses({
  'model-missing': {
    meaning: 'the model is not there',
    blame: 'request',
    advice: 'other-target',
    moves: [nextTarget],
    mark: {
      scope: ['origin', 'model'],
      ofOperation: true,
      windows: [15 * minute],
      capMs: 6 * hour,
    },
    lasts: true,
    fix: 'name-model',
    precedence: 140,
    phrases: { happened: 'does not offer the model', standing: 'PROVIDER does not offer TARGET' },
  },
  'not-offered': {
    meaning: 'the path is not served here',
    remark:
      "no mark; but for 15 min this address comes after the others for that operation. A server that has not the path of the client's protocol is first asked in `openai-chat`, and for 15 min only so",
    blame: 'request',
    advice: 'other-target',
    moves: [nextTarget],
    lasts: true,
    fix: 'serve-path',
    precedence: 130,
    phrases: { happened: 'does not serve this path' },
  },
  'context-overflow': {
    meaning: 'the request is longer than the model’s window',
    remark:
      "amended if only `max_tokens` is too large. A target is passed over if its window is *known* to be no larger than this one's. If none answers, the caller gets the first refusal",
    blame: 'request',
    advice: 'larger-window',
    moves: [amend('output-limit'), { move: 'next-target-with-larger-window' }],
    isRequestFault: true,
    precedence: 60,
    phrases: { happened: 'found the conversation too long for the model' },
  },
  parameter: {
    meaning: 'an optional parameter is refused',
    remark: 'amended: the parameter is left out, or gets the name that the refusal asks for',
    blame: 'request',
    advice: 'change-request',
    moves: [amend('parameter'), nextTarget],
    isRequestFault: true,
    precedence: 100,
    phrases: { happened: 'refused a parameter' },
  },
  'foreign-history': {
    meaning: 'the conversation is refused in its present form',
    remark: 'amended: the history is repaired',
    blame: 'request',
    advice: 'change-request',
    moves: [amend('history'), nextTarget],
    isRequestFault: true,
    precedence: 70,
    phrases: { happened: 'did not know what the conversation refers to' },
  },
  'no-images': {
    meaning: 'the model sees no images, and the request has some',
    remark:
      'by [`blind_models`](docs/images.md) before that: the same target once more with its images in words. The next target is one that is not known to see none',
    blame: 'request',
    advice: 'other-target',
    moves: [nextTarget],
    isRequestFault: true,
    fix: 'model-with-vision',
    precedence: 80,
    phrases: { happened: 'sees no images' },
  },
  'no-tools': {
    meaning: 'the model calls no tools, and the request has some',
    remark: 'for an hour that model comes after the others for requests with tools',
    blame: 'request',
    advice: 'other-target',
    moves: [nextTarget],
    isRequestFault: true,
    fix: 'model-with-tools',
    precedence: 90,
    phrases: { happened: 'calls no tools' },
  },
  'content-policy': {
    meaning: 'refused by policy',
    blame: 'request',
    advice: 'stop',
    moves: [],
    isRequestFault: true,
    precedence: 110,
    phrases: { happened: 'refused the content' },
  },
  'bad-request': {
    meaning: 'the request is wrong',
    blame: 'request',
    advice: 'change-request',
    moves: [],
    isRequestFault: true,
    precedence: 210,
    phrases: { happened: 'found a mistake in the request' },
  },
  'refused-request': {
    meaning: 'the request is refused without a reason that is known',
    blame: 'request',
    advice: 'other-target',
    moves: [{ move: 'other-provider-once' }],
    isRequestFault: true,
    precedence: 220,
    phrases: { happened: 'refused the request' },
  },
});
