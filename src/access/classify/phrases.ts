/**
 * Lists phrases that providers are known to use, from the samples of the signatures and from the
 * corpus: each message as a whole, and its literal pieces without numbers, names and quotes. Pure.
 */

import type { Span } from '../../credentials/redact/notations.ts';
import { isRecord, listIn, parseOrNothing } from '../../protocols/json/is-record.ts';
import type { Signature } from '../../providers/signatures/signature.ts';
import { layersOf, parseErrorBody } from './error-body.ts';

/** A shorter piece means nothing alone. */
const minPhraseLength = 12;

/**
 * Matches what differs between answers: numbers, quotes, addresses, and ids with an underscore or a
 * slash.
 */
const variable = /\S*\d\S*|"[^"]*"|`[^`]*`|(?<!\w)'[^']*'|https?:\S+|\S*[_/]\S*|[{}[\]\\]/g;

/** `corpus` is the text of corpus/index.json. */
export function listPhrases(rows: readonly Signature[], corpus: string): readonly string[] {
  const bodies = [
    ...rows.map(({ sample }) => sample.replace(/^\d{3} /, '')),
    ...listBodies(corpus),
  ];
  const messages = bodies
    .flatMap((body) => layersOf(parseErrorBody(body)))
    .map(({ message }) => foldCase(message).trim());
  const pieces = messages
    .flatMap((message) => message.split(variable))
    .map((piece) => piece.trim());
  return [...new Set([...messages, ...pieces])].filter(
    (phrase) => phrase.length >= minPhraseLength,
  );
}

function listBodies(corpus: string): readonly string[] {
  const parsed = parseOrNothing(corpus);
  const cases = listIn(isRecord(parsed) ? parsed['cases'] : undefined);
  return cases.filter(isRecord).flatMap(({ response }) => {
    const { body } = isRecord(response) ? response : {};
    if (body === undefined) return [];
    return [typeof body === 'string' ? body : JSON.stringify(body)];
  });
}

/** Finds such phrases in a text. */
export function* findPhrases(text: string, phrases: readonly string[]): Generator<Span> {
  const searched = foldCase(text);
  for (const phrase of phrases)
    for (
      let start = searched.indexOf(phrase);
      start >= 0;
      start = searched.indexOf(phrase, start + 1)
    )
      yield { start, end: start + phrase.length };
}

/** Lowers the case and keeps every index. */
function foldCase(text: string): string {
  return text
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll(/[\s\p{Cc}]/gu, ' ');
}
