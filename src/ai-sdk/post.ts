/** One request of the AI SDK's to the engine in process. A failed one is an `APICallError` that names its route and says not to try again, since the engine has tried. */

import { APICallError } from '@ai-sdk/provider';
import type { Holdfast } from '../library/holdfast.ts';
import { isRecord, type WireObject } from '../protocols/is-record.ts';
import { parseOrNothing } from '../protocols/json-body.ts';
import { type RouteFacts, readRouteFacts } from './route-facts.ts';

export interface Posting {
  readonly path: '/chat/completions' | '/embeddings';
  readonly body: WireObject;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

export interface Posted {
  readonly url: string;
  readonly response: Response;
  readonly headers: Readonly<Record<string, string>>;
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
  const posted = { url, response, headers: Object.fromEntries(response.headers) };
  if (!response.ok) throw await createCallError(holdfast, posted, body);
  return posted;
}

/** The body of a whole answer. */
export async function readJson(holdfast: Holdfast, posted: Posted, body: WireObject): Promise<WireObject> {
  const text = await posted.response.text();
  const parsed = parseOrNothing(text);
  if (isRecord(parsed)) return parsed;
  const facts = await readRouteFacts(holdfast, posted.headers);
  const answer = { responseHeaders: { ...posted.headers }, responseBody: text };
  throw createError('the answer is not one JSON object', { url: posted.url, body, facts, answer });
}

/** OpenAI's error body, which is also ours; a provider's own refusal of another shape keeps its text in `responseBody`. */
async function createCallError(holdfast: Holdfast, posted: Posted, body: WireObject): Promise<APICallError> {
  const { response } = posted;
  const text = await response.text();
  const parsed = parseOrNothing(text);
  const told = isRecord(parsed) ? parsed : {};
  const message = isRecord(told['error']) ? told['error']['message'] : undefined;
  const said = typeof message === 'string' ? message : response.statusText || `status ${response.status}`;
  const facts = await readRouteFacts(holdfast, posted.headers);
  const answer = { statusCode: response.status, responseHeaders: { ...posted.headers }, responseBody: text };
  return createError(said, { url: posted.url, body, facts, told, answer });
}

/** An error inside of a stream, as the object that came. */
export function toStreamError(error: unknown, call: FailedCall): Error {
  if (error instanceof Error) return error;
  const message = isRecord(error) ? error['message'] : undefined;
  const said = typeof message === 'string' ? message : JSON.stringify(error);
  return createError(said, { ...call, told: { error } });
}

interface FailedCall {
  readonly url: string;
  readonly body: unknown;
  readonly facts: RouteFacts | undefined;
  /** What the answer held; absent for one inside of a stream. */
  readonly answer?: Pick<ErrorFacts, 'statusCode' | 'responseHeaders' | 'responseBody'>;
  readonly told?: WireObject;
}

type ErrorFacts = ConstructorParameters<typeof APICallError>[0];

function createError(message: string, { url, body, facts, told = {}, answer }: FailedCall): APICallError {
  const data = facts === undefined ? told : { ...told, holdfast: facts };
  return new APICallError({ message, url, requestBodyValues: body, ...answer, isRetryable: false, data });
}
