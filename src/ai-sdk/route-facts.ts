/**
 * Turns a request's record into `providerMetadata.holdfast`: which target answered, which did not,
 * and why.
 */

import type { JSONObject } from '@ai-sdk/provider';
import type { Holdfast } from '../library/holdfast.ts';
import type { RequestRecord } from '../model/record.ts';

/**
 * Is found as `providerMetadata.holdfast` in every result, and as `data.holdfast` in every
 * `APICallError`.
 */
export interface RouteFacts {
  readonly requestId: string;
  /** The task whose route was taken; absent if the request reached none. */
  readonly task?: string | undefined;
  /** The target that answered; absent if none did. */
  readonly target?: string | undefined;
  /** Number of requests sent to providers. */
  readonly attempts: number;
  /** One sentence that says why this target answered. */
  readonly reason: string;
  /** Lists every failed attempt in order, with the decision after it. */
  readonly failed: readonly {
    readonly target: string;
    readonly credential: string;
    readonly class: string;
    readonly message: string;
    readonly decision?: string | undefined;
  }[];
  /** Lists candidates passed over without a request. */
  readonly skipped: readonly {
    readonly target: string;
    readonly cause: string;
    readonly reason: string;
  }[];
}

/**
 * Waits for the end of the request. Undefined if it reached no route, is not the engine's, or is
 * already forgotten.
 */
export async function readRouteFacts(
  holdfast: Holdfast,
  headers: Readonly<Record<string, string>> | undefined,
): Promise<RouteFacts | undefined> {
  const requestId = headers?.['x-holdfast-request-id'];
  const record = requestId === undefined ? undefined : await holdfast.record(requestId);
  return record === undefined ? undefined : toRouteFacts(record);
}

/** Formats the facts as provider metadata; empty if there are none. */
export function holdfastMetadata(facts: RouteFacts | undefined): {
  readonly providerMetadata?: { readonly holdfast: JSONObject };
} {
  if (facts === undefined) return {};
  return { providerMetadata: { holdfast: parseJsonObject(JSON.stringify(facts)) } };
}

function toRouteFacts(record: RequestRecord): RouteFacts {
  return {
    requestId: record.id,
    task: record.task,
    target: record.answeredBy,
    attempts: record.attempts.length,
    reason: explainRoute(record),
    failed: record.attempts.flatMap(({ target, credential, failure, decision }) => {
      if (failure === undefined) return [];
      const { class: failureClass, message } = failure;
      return [{ target, credential, class: failureClass, message, decision: decision?.kind }];
    }),
    skipped: record.skipped.map(({ target, cause, reason }) => ({ target, cause, reason })),
  };
}

function explainRoute({ attempts, skipped, answeredBy, task }: RequestRecord): string {
  const troubles = [
    ...skipped.map(({ target, reason }) => `${target} was passed over: ${reason}`),
    ...attempts.flatMap(({ target, failure }) =>
      failure === undefined ? [] : [`${target} failed (${failure.class}): ${failure.message}`],
    ),
  ];
  if (troubles.length > 0) return troubles.join('; ');
  return answeredBy === undefined ? 'no model was asked' : `${answeredBy} comes first for ${task}`;
}

function parseJsonObject(text: string): JSONObject {
  return JSON.parse(text);
}
