/**
 * Writes the request for the rest of a broken answer, and finds why that is impossible (after step
 * 6 of a request).
 */

import { appendAnswer, goOnInstruction, withRestOfTokens } from '../contract/continuation.ts';
import type { Continuation } from '../contract/protocol.ts';
import { isRecord, listIn, type WireObject } from '../json/is-record.ts';
import { partsIn } from './parts.ts';

/** Says why no target could continue an answer to this request; undefined if one could. */
export function findGoogleObstacle(body: WireObject): string | undefined {
  const config = configOf(body);
  const { responseMimeType: type, candidateCount: count, responseModalities: modalities } = config;
  if (typeof type === 'string' && type !== 'text/plain') return 'a strict output format';
  if (typeof count === 'number' && count > 1) return 'several answers at once';
  if (config['responseLogprobs'] === true) return 'log probabilities';
  const other = Array.isArray(modalities) ? modalities.find((kind) => kind !== 'TEXT') : undefined;
  return other === undefined ? undefined : `an answer of the kind ${String(other)}`;
}

/** Returns a new body; the given one is not changed. */
export function continueGoogle(
  body: WireObject,
  { way, delivered, shownText }: Continuation,
): WireObject {
  if (way === 'afresh') return body;
  const contents = appendAnswer(
    listIn(body['contents']),
    { role: 'model', parts: [{ text: shownText }] },
    (last) => ({ ...last, parts: [...partsIn(last), { text: shownText }] }),
  );
  const instruction = { role: 'user', parts: [{ text: goOnInstruction }] };
  const limited = withRestOfTokens(configOf(body), ['maxOutputTokens'], delivered.textEvents);
  return {
    ...body,
    ...(Object.keys(limited).length === 0 ? {} : { generationConfig: limited }),
    contents: way === 'prefill' ? contents : [...contents, instruction],
  };
}

function configOf({ generationConfig: config }: WireObject): WireObject {
  return isRecord(config) ? config : {};
}
