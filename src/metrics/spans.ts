/**
 * Encodes a finished request as OTLP JSON spans: one for the request, one for each request to a
 * provider. Pure.
 */

import { attemptSpanIdOf, spanIdOf, traceOf } from '../access/run/trace-context.ts';
import type { AttemptRecord, RequestRecord } from '../model/record.ts';
import { attributes, conventionsVersion, operationNames } from './names.ts';

/** OTLP encodes 64-bit numbers as strings. */
export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 2 | 3;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  /** 2 means error. */
  readonly status: { readonly code?: 2; readonly message?: string };
}

interface Attribute {
  readonly key: string;
  readonly value:
    | { readonly stringValue: string }
    | { readonly intValue: string }
    | { readonly doubleValue: number };
}

const kinds = { server: 2, client: 3 } as const;

/** `traceparent` is the caller's; its span becomes the parent of ours. */
export function spansOf(
  record: RequestRecord,
  traceparent: string | undefined,
): readonly TraceSpan[] {
  const { traceId, parentSpanId } = traceOf(record.id, traceparent);
  const spanId = spanIdOf(record.id);
  const root: TraceSpan = {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: `${operationNames[record.operation]} ${record.task}`,
    kind: kinds.server,
    ...times(record.at, record.durationMs),
    attributes: toAttributes({
      [attributes.operation]: operationNames[record.operation],
      [attributes.requestModel]: record.model,
      [attributes.provider]: providerLabel(record.answeredBy),
      [attributes.task]: record.task,
      [attributes.caller]: record.caller,
      [attributes.outcome]: record.outcome,
      [attributes.requestId]: record.id,
      [attributes.inputTokens]: record.usage?.inputTokens,
      [attributes.outputTokens]: record.usage?.outputTokens,
      [attributes.cost]: record.cost?.usd,
      [attributes.errorType]: isBad(record) ? (record.cause ?? record.outcome) : undefined,
    }),
    status: isBad(record) ? { code: 2, message: record.outcome } : {},
  };
  const asked = record.attempts.map((attempt, index) =>
    spanOfAttempt(attempt, {
      traceId,
      parentSpanId: spanId,
      spanId: attemptSpanIdOf(record.id, index),
      operation: operationNames[record.operation],
    }),
  );
  return [root, ...asked];
}

function spanOfAttempt(
  { target, credential, startedAt, durationMs, status, failure }: AttemptRecord,
  place: Pick<TraceSpan, 'traceId' | 'spanId' | 'parentSpanId'> & { readonly operation: string },
): TraceSpan {
  const { operation, ...ids } = place;
  return {
    ...ids,
    name: `${operation} ${target}`,
    kind: kinds.client,
    ...times(startedAt, durationMs),
    attributes: toAttributes({
      [attributes.operation]: operation,
      [attributes.provider]: providerLabel(target),
      [attributes.requestModel]: target.slice(target.indexOf('/') + 1),
      [attributes.credential]: credential,
      [attributes.status]: status,
      [attributes.errorType]: failure?.class,
      [attributes.rule]: failure?.rule,
    }),
    status: failure === undefined ? {} : { code: 2, message: failure.class },
  };
}

function isBad({ outcome }: RequestRecord): boolean {
  return outcome === 'failed' || outcome === 'broken';
}

/** Creates the document to send; `resource` identifies this process. */
export function toDocument(
  spans: readonly TraceSpan[],
  resource: Readonly<Record<string, string>>,
): object {
  const scope = {
    name: 'holdfast',
    attributes: toAttributes({ 'gen_ai.conventions': conventionsVersion }),
  };
  return {
    resourceSpans: [
      { resource: { attributes: toAttributes(resource) }, scopeSpans: [{ scope, spans }] },
    ],
  };
}

function providerLabel(target: string | undefined): string | undefined {
  return target?.slice(0, target.indexOf('/'));
}

function times(
  startedAt: number,
  durationMs: number,
): Pick<TraceSpan, 'startTimeUnixNano' | 'endTimeUnixNano'> {
  return {
    startTimeUnixNano: toNanos(startedAt),
    endTimeUnixNano: toNanos(startedAt + durationMs),
  };
}

/** A string, since a number lacks the digits. */
function toNanos(ms: number): string {
  return `${BigInt(Math.round(ms * 1000)) * 1000n}`;
}

function toAttributes(
  values: Readonly<Record<string, string | number | undefined>>,
): readonly Attribute[] {
  return Object.entries(values).flatMap(([key, value]) => {
    return value === undefined ? [] : [{ key, value: toValue(value) }];
  });
}

function toValue(value: string | number): Attribute['value'] {
  if (typeof value === 'string') return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
