/**
 * Lists phrases that providers are known to use, from their recorded answers: each message as a
 * whole, and its literal pieces without numbers, names and quotes.
 */

import type { Span } from '../../credentials/redact/notations.ts';
import type { Files } from '../../host.ts';
import { readCorpus } from '../../providers/signatures/corpus.ts';
import { layersOf, parseErrorBody, withLimitHeaders } from './error-body.ts';

/** In bytes, as what is shared is measured: four Chinese characters say as much as 12 letters. */
const minPhraseBytes = 12;

/**
 * Matches what differs between answers: numbers, quotes, addresses, and ids with an underscore or a
 * slash.
 */
const variable = /\S*\d\S*|"[^"]*"|`[^`]*`|(?<!\w)'[^']*'|https?:\S+|\S*[_/]\S*|[{}[\]\\]/g;

/** They are read at first use, in small letters. */
export function openPhrases(files: Files): () => readonly string[] {
  let phrases: readonly string[] | undefined;
  return () => (phrases ??= listPhrases(files));
}

function listPhrases(files: Files): readonly string[] {
  const messages = readCorpus(files)
    .flatMap(({ status, headers, body }) =>
      layersOf(withLimitHeaders(parseErrorBody(body), headers, status)),
    )
    .map(({ message }) => foldCase(message).trim());
  const pieces = messages
    .flatMap((message) => message.split(variable))
    .map((piece) => piece.trim());
  return [...new Set([...messages, ...pieces])].filter(
    (phrase) => Buffer.byteLength(phrase) >= minPhraseBytes,
  );
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
