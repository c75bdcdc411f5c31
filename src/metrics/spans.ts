/** A finished request as spans in the JSON of OTLP: one for the request, one for each request to a provider. Pure. */

import { hash } from 'node:crypto';
import type { AttemptRecord, RequestRecord } from '../model/record.ts';
import { attributes, conventionsVersion, operationNames } from './names.ts';

/** OTLP wants 64-bit numbers as texts. */
export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 2 | 3;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  /** 2 is an error. */
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

/** `traceparent` is the caller's: our spans hang below the one that it names. */
export function spansOf(record: RequestRecord, traceparent: string | undefined): readonly TraceSpan[] {
  const parent = parseTraceparent(traceparent);
  const traceId = parent?.traceId ?? digest(record.id, 32);
  const spanId = digest(`${record.id} request`, 16);
  const root: TraceSpan = {
    traceId,
    spanId,
    ...(parent === undefined ? {} : { parentSpanId: parent.spanId }),
    name: `${operationNames[record.operation]} ${record.task}`,
    kind: kinds.server,
    ...times(record.at, record.durationMs),
    attributes: toAttributes({
      [attributes.operation]: operationNames[record.operation],
      [attributes.requestModel]: record.model,
      [attributes.provider]: providerOf(record.answeredBy),
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
      spanId: digest(`${record.id} ${index}`, 16),
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
      [attributes.provider]: providerOf(target),
      [attributes.requestModel]: target.slice(target.indexOf('/') + 1),
      [attributes.credential]: credential,
      [attributes.status]: status,
      [attributes.errorType]: failure?.class,
      [attributes.rule]: failure?.rule,
    }),
    status: failure === undefined ? {} : { code: 2, message: failure.message },
  };
}

function isBad({ outcome }: RequestRecord): boolean {
  return outcome === 'failed' || outcome === 'broken';
}

/** The document that is sent: `resource` says who we are. */
export function toDocument(spans: readonly TraceSpan[], resource: Readonly<Record<string, string>>): object {
  const scope = { name: 'holdfast', attributes: toAttributes({ 'gen_ai.conventions': conventionsVersion }) };
  return {
    resourceSpans: [{ resource: { attributes: toAttributes(resource) }, scopeSpans: [{ scope, spans }] }],
  };
}

/** Version 00 of the W3C's header; undefined for anything else, and for ids that are all zero. */
function parseTraceparent(
  text: string | undefined,
): { readonly traceId: string; readonly spanId: string } | undefined {
  const found = /^[0-9a-f]{2}-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-[0-9a-f]{2}/.exec(text ?? '');
  const { trace = '', span = '' } = found?.groups ?? {};
  return /[1-9a-f]/.test(trace) && /[1-9a-f]/.test(span) ? { traceId: trace, spanId: span } : undefined;
}

function providerOf(target: string | undefined): string | undefined {
  return target?.slice(0, target.indexOf('/'));
}

function times(
  startedAt: number,
  durationMs: number,
): Pick<TraceSpan, 'startTimeUnixNano' | 'endTimeUnixNano'> {
  return { startTimeUnixNano: toNanos(startedAt), endTimeUnixNano: toNanos(startedAt + durationMs) };
}

/** More digits than a number has. */
function toNanos(ms: number): string {
  return `${BigInt(Math.round(ms * 1000)) * 1000n}`;
}

/** From the id of the request, so that a span of one request has one id, whoever makes it. */
function digest(text: string, digits: number): string {
  return hash('sha256', text).slice(0, digits);
}

function toAttributes(values: Readonly<Record<string, string | number | undefined>>): readonly Attribute[] {
  return Object.entries(values).flatMap(([key, value]) => {
    return value === undefined ? [] : [{ key, value: toValue(value) }];
  });
}

function toValue(value: string | number): Attribute['value'] {
  if (typeof value === 'string') return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
