/**
 * Who answered, who did not, and why: a request's record as `providerMetadata.holdfast` tells it.
 */

import type { JSONObject } from '@ai-sdk/provider';
import type { Holdfast } from '../library/holdfast.ts';
import type { RequestRecord } from '../model/record.ts';

/** `providerMetadata.holdfast` of every result, and `data.holdfast` of every `APICallError`. */
export interface RouteFacts {
  readonly requestId: string;
  /** The task whose route was taken; absent when the request reached none. */
  readonly task?: string | undefined;
  /** The target that answered; absent when none did. */
  readonly target?: string | undefined;
  /** Requests on the wire. */
  readonly attempts: number;
  /** One sentence: why this target and no other. */
  readonly reason: string;
  /** Every failed attempt, in order, with what was decided. */
  readonly failed: readonly {
    readonly target: string;
    readonly credential: string;
    readonly class: string;
    readonly message: string;
    readonly decision?: string | undefined;
  }[];
  /** Candidates that were passed over without a request. */
  readonly skipped: readonly {
    readonly target: string;
    readonly cause: string;
    readonly reason: string;
  }[];
}

/**
 * Waits for the end of the request. Undefined for one that reached no route, is not the engine's,
 * or is forgotten already.
 */
export async function readRouteFacts(
  holdfast: Holdfast,
  headers: Readonly<Record<string, string>> | undefined,
): Promise<RouteFacts | undefined> {
  const requestId = headers?.['x-holdfast-request-id'];
  const record = requestId === undefined ? undefined : await holdfast.record(requestId);
  return record === undefined ? undefined : toRouteFacts(record);
}

/** As results bear them: JSON objects by provider. Nothing where there are none. */
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
      return [
        {
          target,
          credential,
          class: failure.class,
          message: failure.message,
          decision: decision?.kind,
        },
      ];
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
  return answeredBy === undefined ? 'nobody was asked' : `${answeredBy} comes first for ${task}`;
}

function parseJsonObject(text: string): JSONObject {
  return JSON.parse(text);
}
