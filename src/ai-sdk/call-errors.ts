/** Failed calls as the AI SDK knows them: an `APICallError` that says not to try again, since the engine has tried. */

import { APICallError } from '@ai-sdk/provider';
import { z } from 'zod';
import type { Holdfast } from '../library/holdfast.ts';
import { type RouteFacts, readRouteFacts } from './route-facts.ts';

/** OpenAI's error body, which is also ours; a provider's own refusal of another shape keeps its text in `responseBody`. */
export const errorStructure = {
  errorSchema: z.looseObject({ error: z.looseObject({ message: z.string() }) }),
  errorToMessage: ({ error }: { readonly error: { readonly message: string } }): string => error.message,
  /** `ai` makes three calls of a retryable error; each would be a whole failover of ours. */
  isRetryable: () => false,
};

/** Makes a call; a failed one names its route and asks for no further try. */
export async function callOnce<T>(holdfast: Holdfast, call: () => PromiseLike<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw APICallError.isInstance(error) ? await withRoute(error, holdfast) : error;
  }
}

async function withRoute(error: APICallError, holdfast: Holdfast): Promise<APICallError> {
  const facts = await readRouteFacts(holdfast, error.responseHeaders);
  const { message, url, requestBodyValues, statusCode, responseHeaders, responseBody, cause } = error;
  return new APICallError({
    message,
    url,
    requestBodyValues,
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(responseHeaders === undefined ? {} : { responseHeaders }),
    ...(responseBody === undefined ? {} : { responseBody }),
    cause,
    isRetryable: false,
    data: { ...toObject(error.data), ...(facts === undefined ? {} : { holdfast: facts }) },
  });
}

/** An error inside of a stream: the client package hands it on as the object that came. */
export function toStreamError(
  error: unknown,
  call: { readonly url: string; readonly body: unknown; readonly facts: RouteFacts | undefined },
): Error {
  if (error instanceof Error) return error;
  const parsed = z.looseObject({ message: z.string() }).safeParse(error);
  return new APICallError({
    message: parsed.success ? parsed.data.message : String(error),
    url: call.url,
    requestBodyValues: call.body,
    isRetryable: false,
    data: { error, ...(call.facts === undefined ? {} : { holdfast: call.facts }) },
  });
}

function toObject(data: unknown): object {
  return typeof data === 'object' && data !== null ? data : {};
}
