/**
 * Runs one turn through the library: a conversation goes in, an answer streams out, and its record
 * explains the outcome.
 */

import { Listening } from '../library/ask.ts';
import type { Holdfast } from '../library/holdfast.ts';
import type { RequestRecord } from '../model/record.ts';
import type { TaskMessage } from '../tasks/profile.ts';

export interface TurnQuestion {
  /** May be a task, an alias, or `provider/model`. */
  readonly model: string;
  readonly messages: readonly TaskMessage[];
  readonly session: string;
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
}

export interface TurnEnd {
  readonly text: string;
  /** The record, if the request reached a route. */
  readonly record: RequestRecord | undefined;
  /**
   * `NoTargetAnswered` or `RequestError`; text shown before it stays. Absent: the answer is
   * complete, or the person interrupted it.
   */
  readonly error?: Error | undefined;
}

export async function answerTurn(holdfast: Holdfast, question: TurnQuestion): Promise<TurnEnd> {
  const { model, messages, session, signal, onText } = question;
  const heard = new Listening();
  heard.onText = onText;
  let requestId = '';
  try {
    const response = await holdfast.fetch('http://holdfast.local/v1/chat/completions', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'holdfast-chat',
        'x-holdfast-session': session,
      },
      body: JSON.stringify({
        model,
        stream: true,
        stream_options: { include_usage: true },
        messages,
      }),
      signal,
    });
    heard.status = response.status;
    requestId = response.headers.get('x-holdfast-request-id') ?? '';
    for await (const chunk of response.body ?? []) heard.write(chunk);
  } catch (error) {
    heard.error = { message: error instanceof Error ? error.message : String(error) };
  }
  const record = await holdfast.record(requestId);
  const isWhole = heard.error === undefined && record?.outcome === 'answered';
  const error = isWhole || signal.aborted ? undefined : heard.toError(record);
  return { text: heard.text, record, error };
}
