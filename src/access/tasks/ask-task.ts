/**
 * Asks a side task on behalf of Holdfast itself: a request like any other, with its own record,
 * attempts and deadline, whose whole answer is collected.
 */

import { errorCodes, NoTargetAnswered, RequestError } from '../../errors.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { AccessRequest, ReplySink } from '../../model/request.ts';
import { isRecord, parseOrNothing } from '../../protocols/json/is-record.ts';
import type { AnswerJudge, TaskMessage } from '../../tasks/profile.ts';
import { Collected } from './collected.ts';
import { splitThought } from './think-block.ts';

export interface AskTaskOptions extends OnAccount {
  /** Ends the request at once, upstream too. */
  readonly signal: AbortSignal;
  /** Default: the engine generates it. */
  readonly requestId?: string | undefined;
  /** Judges the answer instead of the task's profile. Default: the profile does. */
  readonly judge?: AnswerJudge | undefined;
}

/** The caller that pays, and its budgets. Default: nobody. */
export type OnAccount = Pick<AccessRequest, 'caller' | 'budgets'>;

export interface TaskAnswer {
  /** Contains no reasoning. */
  readonly text: string;
  readonly record: RequestRecord;
}

/**
 * Sends exactly these messages: the caller applies the profile's prompt. Rejects with
 * `AccessError`, or the reason of an abort.
 */
export type AskTask = (
  task: string,
  messages: readonly TaskMessage[],
  options: AskTaskOptions,
) => Promise<TaskAnswer>;

/** The engine's entry point, as far as a question needs it. */
type RunExchange = (
  request: Pick<AccessRequest, 'headers' | 'body'> &
    AskTaskOptions & { readonly method: string; readonly path: string },
  sink: ReplySink,
) => Promise<RequestRecord | undefined>;

export function createAskTask(exchange: RunExchange): AskTask {
  return async (task, messages, options) => {
    const answer = new Collected();
    const record = await exchange(
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify({ model: task, messages })),
        ...options,
      },
      answer,
    );
    options.signal.throwIfAborted();
    const body = parseOrNothing(answer.bytes().toString('utf8'));
    if (record?.outcome !== 'answered')
      throw toAskError(record, readErrorInBody(isRecord(body) ? body['error'] : undefined), {
        status: answer.status,
      });
    return { text: splitThought(readTaskAnswer(body)).visible.trim(), record };
  };
}

/** What the body of an error says. */
export interface ErrorInBody {
  readonly message?: string | undefined;
  readonly code?: string | undefined;
  /** The parts of an error of ours. Absent: it has no fix, or is the provider's own. */
  readonly holdfast?:
    | { readonly said?: string | undefined; readonly fix?: string | undefined }
    | undefined;
}

/** Turns an error answer into an exception. */
export function toAskError(
  record: RequestRecord | undefined,
  wire: ErrorInBody,
  { status, partialText = '' }: { readonly status: number; readonly partialText?: string },
): NoTargetAnswered | RequestError {
  const failed = record?.attempts.findLast(({ failure }) => failure !== undefined);
  const message =
    wire.holdfast?.said ??
    wire.message ??
    (failed === undefined
      ? 'the request ended without an answer'
      : `${failed.target} did not answer to the end: ${failed.failure?.message}`);
  const fix = wire.holdfast?.fix;
  if (record !== undefined)
    return new NoTargetAnswered(message, record, {
      code: codeOfOutcome(record),
      partialText,
      fix,
    });
  const code =
    errorCodes.find((known) => known.replaceAll('-', '_') === wire.code) ?? 'local-fault';
  return new RequestError(code, message, { status, fix });
}

function codeOfOutcome({
  outcome,
  attempts,
}: RequestRecord): 'exhausted' | 'upstream-refused' | 'stream-broken' {
  if (outcome === 'broken') return 'stream-broken';
  const last = attempts.at(-1)?.failure;
  return last !== undefined && rowOfClass(last.class).isRequestFault === true
    ? 'upstream-refused'
    : 'exhausted';
}

function readTaskAnswer(body: unknown): string {
  const choices = isRecord(body) ? body['choices'] : undefined;
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const message = isRecord(first) ? first['message'] : undefined;
  const content = isRecord(message) ? message['content'] : undefined;
  return typeof content === 'string' ? content : '';
}

/** What stands under `error` of a body: ours, or a provider's, which may hold anything. */
export function readErrorInBody(error: unknown): ErrorInBody {
  const { message, code, holdfast } = isRecord(error) ? error : {};
  const { said, fix } = isRecord(holdfast) ? holdfast : {};
  return {
    message: textOrNothing(message),
    code: textOrNothing(code),
    holdfast: { said: textOrNothing(said), fix: readFix(fix) },
  };
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readFix(fix: unknown): string | undefined {
  const { text, command } = isRecord(fix) ? fix : {};
  return typeof command === 'string' ? `${String(text)}: ${command}` : textOrNothing(text);
}
