/** Converts a whole answer to the parts of a stream: the reverse of `readAtOnce`. */

import type { NeutralAnswer, NeutralContent, NeutralPart } from './neutral.ts';

export function tellAtOnce({
  content,
  finish: unified,
  usage,
}: NeutralAnswer): readonly NeutralPart[] {
  const end: NeutralPart = { type: 'finish', finishReason: { unified, raw: undefined }, usage };
  return [...content.flatMap((part, index) => splitContent(part, String(index))), end];
}

function splitContent(part: NeutralContent, id: string): readonly NeutralPart[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text-delta', id, delta: part.text }];
    case 'reasoning': {
      const { text: delta, providerMetadata } = part;
      const said = { type: 'reasoning-delta', id, delta } as const;
      return providerMetadata === undefined
        ? [said]
        : [said, { type: 'reasoning-end', id, providerMetadata }];
    }
    case 'tool-call':
    case 'file':
      return [part];
    default:
      return [];
  }
}
