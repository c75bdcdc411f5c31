/**
 * The span ids of a request and its attempts (W3C Trace Context): they derive from the request's
 * id, so that the header sent now and the span exported later agree. Pure.
 */

import { hash } from 'node:crypto';

/** The trace of a request, and the caller's span if it sent one. */
export interface TraceContext {
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly flags: string;
}

/** Starts a new trace if the caller names none. */
export function traceOf(requestId: string, traceparent: string | undefined): TraceContext {
  return parseTraceparent(traceparent) ?? { traceId: hexDigest(requestId, 32), flags: '01' };
}

export function spanIdOf(requestId: string): string {
  return hexDigest(`${requestId} request`, 16);
}

/** `index`: its place in the record, from 0. */
export function attemptSpanIdOf(requestId: string, index: number): string {
  return hexDigest(`${requestId} ${index}`, 16);
}

/** Returns the header of an attempt: its own span is the parent of the provider's. */
export function traceparentOf(
  requestId: string,
  index: number,
  traceparent: string | undefined,
): string {
  const { traceId, flags } = traceOf(requestId, traceparent);
  return `00-${traceId}-${attemptSpanIdOf(requestId, index)}-${flags}`;
}

/** Returns undefined for an invalid header, and for ids that are all zero. */
function parseTraceparent(text: string | undefined): TraceContext | undefined {
  const found =
    /^[0-9a-f]{2}-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})/.exec(
      text ?? '',
    );
  const { trace = '', span = '', flags = '' } = found?.groups ?? {};
  return /[1-9a-f]/.test(trace) && /[1-9a-f]/.test(span)
    ? { traceId: trace, parentSpanId: span, flags }
    : undefined;
}

function hexDigest(text: string, digits: number): string {
  return hash('sha256', text).slice(0, digits);
}
