/**
 * Estimates the tokens of a request when no provider can be asked, rather too high than too low.
 * docs/wire-formats.md describes the counting.
 */

import { countCautiously } from '../content/count-text.ts';
import { isRecord, listIn } from '../json/is-record.ts';
import { parseBody } from '../json/parse-body.ts';

/** A larger image is scaled down to this. */
const imageTokens = 1600;
/** A page of a PDF counts as text and as an image; a page of text has at most 50 kB. */
const pageTokens = 2300;
const pageBytes = 50_000;
/** Added per message, and once for the tools if there are any. */
const messageTokens = 4;
const toolsTokens = 350;

/**
 * Returns the body of the answer. Throws `RequestError` (400) if the request is not a JSON object.
 */
export function estimateTokens(body: Buffer): string {
  const tokens = countRequest(parseBody(body));
  return JSON.stringify({ input_tokens: Math.max(1, Math.ceil(tokens)) });
}

function countRequest({ system, tools, messages }: Readonly<Record<string, unknown>>): number {
  const offered = listIn(tools);
  const said = listIn(messages).map((message) =>
    isRecord(message) ? messageTokens + countContent(message['content']) : messageTokens,
  );
  const others = offered.length === 0 ? 0 : toolsTokens + countCautiously(JSON.stringify(offered));
  return said.reduce((sum, tokens) => sum + tokens, countContent(system) + others);
}

/** A text, or blocks: those with bytes count by their kind, all others by their JSON. */
function countContent(content: unknown): number {
  if (typeof content === 'string') return countCautiously(content);
  if (!Array.isArray(content)) return 0;
  return content.reduce<number>((sum, block) => sum + countBlock(block), 0);
}

function countBlock(block: unknown): number {
  if (!isRecord(block)) return 0;
  const { type, source, text, content } = block;
  if (type === 'image') return imageTokens;
  if (type === 'document') return countDocument(source);
  if (typeof text === 'string') return countCautiously(text);
  if (type === 'tool_result') return messageTokens + countContent(content);
  return countCautiously(JSON.stringify(block));
}

function countDocument(source: unknown): number {
  if (!isRecord(source)) return 0;
  const { type, data, content } = source;
  if (type === 'text' && typeof data === 'string') return countCautiously(data);
  if (type === 'content') return countContent(content);
  const bytes = typeof data === 'string' ? data.length * 0.75 : 0;
  return Math.max(1, Math.ceil(bytes / pageBytes)) * pageTokens;
}
