/** The words by which vendors and servers say that a model has no vision. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[I] https://github.com/ollama/ollama/issues/17301';

/** The model accepts no documents, but may still see images. */
export const noFilePart = 'any-no-file-part';

export const genericImageSignatures: readonly Signature[] = signaturesOf(source, {
  'any-no-image-input': {
    status: [200, 400, 404, 415, 422, 500, 501],
    text: /\bdo(es)? not support (image|vision)|support image input|image input is not (enabled|supported) for|image_url is only supported by certain models|\bdo(es)?(n.t| not) (have|support) multi-?modal|\b(missing|lacks?|has no|without)\b.{0,40}\b(image|vision|multi-?modal) (inputs?|support|capabilit|encoder|projector)|\b(images?|vision|multi-?modal)( inputs?| content)? (is|are)(n.t| not) supported (by|for|with|on) (this|the) model\b|\bmodel is text[- ]only\b/i,
    class: 'no-images',
  },
  'any-no-image-part': {
    status: [400, 422],
    text: /unknown variant `?image_url`?, expected `?text/i,
    class: 'no-images',
    source: '[I] https://github.com/yilewang/llm-for-zotero/issues/143',
  },
  [noFilePart]: {
    status: [400, 422],
    text: /invalid value: '?file'?\. supported values are|unsupported chat content part type: '?file\b|unknown variant `?file`?, expected/i,
    class: 'no-images',
    source: '[I] https://github.com/QwenLM/qwen-code/pull/1838',
  },
});
