/**
 * Makes what a person can do conditional where the class of a failure is only a guess by its
 * status: no culprit is named as if it were known. Pure.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { FailureRow } from '../../failures/row.ts';
import type { AnswerSpeaker, FailureClass } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import type { ProviderLinks } from '../../providers/entry.ts';
import { advises } from './speakers.ts';

interface GuessedFailure {
  readonly cause?: FailureClass | 'budget' | undefined;
  readonly speaker?: AnswerSpeaker | undefined;
  /** Its words. Default: none that advise. */
  readonly evidence?: string | undefined;
}

interface GuessedPlace {
  readonly provider: string;
  /** Default: it is not told. */
  readonly baseUrl?: string | undefined;
  /** The vendor's pages, if the vendor itself was asked. */
  readonly links?: Partial<ProviderLinks> | undefined;
}

/**
 * Makes the fix of a class conditional where the class is only a guess; returns it as it is
 * otherwise. Without a fix: where to ask what the answer means, or undefined if waiting helps.
 */
export function hedgeFix(
  fix: Fix | undefined,
  { cause, speaker, evidence }: GuessedFailure,
  place: GuessedPlace,
): Fix | undefined {
  if (speaker?.byStatus === undefined || cause === undefined || cause === 'budget') return fix;
  const row = rowOfClass(cause);
  const isOpen = fix === undefined && row.isRequestFault !== true;
  const first = advises(evidence, { cause, speaker }) ? 'do as it says; or ' : '';
  if (isOpen) return row.isLimit === true ? undefined : { text: `${first}${whereToAsk(place)}` };
  const about = isLook(row, cause) ? undefined : subjectOf(row);
  if (about === undefined) return fix;
  const said = `if ${speaker.is === 'unclear' ? 'its words are' : 'it is'} about ${about}`;
  return joinGuess(first, { said, fix, ask: whereToAsk(place) });
}

/** A line to paste is the end of its sentence. */
function joinGuess(
  first: string,
  {
    said,
    fix,
    ask,
  }: { readonly said: string; readonly fix: Fix | undefined; readonly ask: string },
): Fix {
  const then = fix?.text.replace(/^do as it says, or /, '') ?? 'change that';
  return fix?.command === undefined
    ? { text: `${first}${said}, ${then}; otherwise ${ask}` }
    : { ...fix, text: `${first}${ask}; or, ${said}, ${then}` };
}

/** Such a fix says only where to look. */
function isLook({ fix }: FailureRow, cause: FailureClass): boolean {
  return fix === 'status-page' || cause === 'unknown';
}

function subjectOf({ phrases, heldAgainst, isRequestFault }: FailureRow): string | undefined {
  if (phrases.subject !== undefined) return phrases.subject;
  if (heldAgainst === 'key') return 'the key';
  return isRequestFault === true ? 'the request' : undefined;
}

/** A vendor has pages for it; the log of other servers says why they answered so. */
function whereToAsk({ provider, baseUrl, links = {} }: GuessedPlace): string {
  const { status, keys } = links;
  const pages = [status, keys && new URL(keys).origin].filter((page) => page !== undefined);
  if (pages.length > 0) return `see ${pages.join(' and ')}`;
  const log = baseUrl && `, or see the log of what answers at ${new URL(baseUrl).origin}`;
  return `ask whoever runs ${provider}${log ?? ''}`;
}
