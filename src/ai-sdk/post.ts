/**
 * Sends one request of the AI SDK to the engine in this process. A failure becomes an
 * `APICallError` with its route, marked as not retryable, since the engine has already retried.
 */

import { APICallError } from '@ai-sdk/provider';
import type { Holdfast } from '../library/holdfast.ts';
import { isRecord, parseOrNothing, type WireObject } from '../protocols/json/is-record.ts';
import { type RouteFacts, readRouteFacts } from './route-facts.ts';

export interface Posting {
  readonly path: '/chat/completions' | '/embeddings';
  readonly body: WireObject;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

export interface Posted {
  readonly url: string;
  readonly body: WireObject;
  readonly response: Response;
  readonly headers: Readonly<Record<string, string>>;
  /** Waits for the end of the request. */
  readonly readFacts: () => Promise<RouteFacts | undefined>;
}

export async function post(
  holdfast: Holdfast,
  { path, body, headers, abortSignal }: Posting,
): Promise<Posted> {
  const { baseURL, fetch } = holdfast.openai();
  const url = `${baseURL}${path}`;
  const given = Object.entries(headers ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...Object.fromEntries(given), 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(abortSignal === undefined ? {} : { signal: abortSignal }),
  });
  const received = Object.fromEntries(response.headers);
  const readFacts = (): Promise<RouteFacts | undefined> => readRouteFacts(holdfast, received);
  const posted = { url, body, response, headers: received, readFacts };
  if (!response.ok) throw await createCallError(posted);
  return posted;
}

/** Reads the body of a whole answer. */
export async function readPostedJson(posted: Posted): Promise<WireObject> {
  const text = await posted.response.text();
  const parsed = parseOrNothing(text);
  if (isRecord(parsed)) return parsed;
  const answer = { responseHeaders: { ...posted.headers }, responseBody: text };
  throw await createError('the answer is not one JSON object', posted, answer);
}

/**
 * Reads OpenAI's error body, which is also ours; a provider's error of another shape stays in
 * `responseBody`.
 */
async function createCallError(posted: Posted): Promise<APICallError> {
  const { status, statusText } = posted.response;
  const text = await posted.response.text();
  const parsed = parseOrNothing(text);
  const data = isRecord(parsed) ? parsed : {};
  const message = isRecord(data['error']) ? data['error']['message'] : undefined;
  return createError(
    typeof message === 'string' ? message : statusText || `status ${status}`,
    posted,
    {
      statusCode: status,
      responseHeaders: { ...posted.headers },
      responseBody: text,
      data,
    },
  );
}

/** Converts an error inside a stream, given as its JSON object. */
export async function toStreamError(error: unknown, posted: Posted): Promise<Error> {
  if (error instanceof Error) return error;
  const message = isRecord(error) ? error['message'] : undefined;
  const said = typeof message === 'string' ? message : JSON.stringify(error);
  return createError(said, posted, { data: { error } });
}

interface CallErrorFacts
  extends Pick<
    ConstructorParameters<typeof APICallError>[0],
    'statusCode' | 'responseHeaders' | 'responseBody'
  > {
  readonly data?: WireObject;
}

/** `answer` is the error's content; inside a stream it has only `data`. */
async function createError(
  message: string,
  { url, body, readFacts }: Posted,
  answer: CallErrorFacts,
): Promise<APICallError> {
  const facts = await readFacts();
  const data = facts === undefined ? answer.data : { ...answer.data, holdfast: facts };
  return new APICallError({
    message,
    url,
    requestBodyValues: body,
    ...answer,
    isRetryable: false,
    data,
  });
}
