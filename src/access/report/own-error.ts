/** An error of ours as it is sent: one text, and what a client needs to retry or not. */

import { locateSettings } from '../../config/resolved/locate-settings.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Headers } from '../../model/request.ts';
import type { ToldError } from '../../protocols/contract/protocol.ts';
import type { RequestContext } from '../request/request-context.ts';
import { createErrorText } from '../wording/error-text.ts';
import { paraphrase } from './agent-phrases.ts';

/** An error of ours whose parts are not one text yet. */
export interface OwnError extends Omit<ToldError, 'message'> {
  readonly what: string;
  readonly fix?: string | undefined;
}

/**
 * Sends an error of ours, paraphrased so that no agent takes a quote in it for the provider's own.
 */
export function tellError(
  { writer, request, config }: RequestContext,
  { what, fix, facts, ...error }: OwnError,
  headers?: Headers,
): void {
  const located = fix === undefined ? undefined : locateSettings(fix, config);
  const text = createErrorText({
    what: locateSettings(paraphraseSaid(what, error.status), config),
    fix: located === undefined ? undefined : { text: sayFix(located, error.status, request.id) },
    request: ` [holdfast request ${request.id}]`,
    facts,
  });
  writer.fail({ ...error, ...text }, headers);
}

/** A line that is said in other words cannot be pasted: `why` has it as it is. */
function sayFix(fix: string, status: number, requestId: string): string {
  return paraphrase(fix, status) === fix ? fix : shellLine`holdfast why ${requestId}`;
}

/** Words that are not the provider's any more are not told as a quotation. */
function paraphraseSaid(what: string, status: number): string {
  const [first = '', ...quotes] = what.split('it said: ');
  return quotes.reduce(
    (told, quote) => {
      const other = paraphrase(quote, status);
      return `${told}${other === quote ? 'it said: ' : 'it said, in other words: '}${other}`;
    },
    paraphrase(first, status),
  );
}

export function tellLasting(context: RequestContext, facts: Omit<OwnError, 'status'>): void {
  const { error, headers } = toLasting(context, facts);
  tellError(context, error, headers);
}

export interface FinalError {
  readonly error: OwnError;
  readonly headers: Headers;
}

/** Makes an error that a retry will not fix. */
export function toLasting(
  { protocol }: RequestContext,
  error: Omit<OwnError, 'status'>,
): FinalError {
  return {
    error: { ...error, status: protocol.lastingStatus ?? 400 },
    headers: { 'x-should-retry': 'false' },
  };
}
