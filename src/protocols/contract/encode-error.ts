/** Encodes our errors for clients: as a whole answer, and inside a stream. */

import type { Headers } from '../../model/request.ts';
import type { Protocol, ToldError } from './protocol.ts';

export function encodeError(
  { toErrorBody, requestIdHeader }: Protocol,
  error: ToldError,
): { readonly headers: Headers; readonly body: string } {
  const { requestId } = error;
  const named = requestIdHeader && requestId ? { [requestIdHeader]: requestId } : {};
  return {
    headers: { 'content-type': 'application/json', ...named },
    body: JSON.stringify(toErrorBody(error)),
  };
}

export function encodeStreamError(protocol: Protocol, error: ToldError): string {
  return (
    protocol.encodeStreamError?.(error) ??
    frameError(protocol, JSON.stringify(protocol.toErrorBody(error)))
  );
}

/** Frames an error body, ours or a provider's own, which must be one line. */
export function frameError(protocol: Protocol, body: string): string {
  return protocol.frameError?.(body) ?? `data: ${body}\n\n`;
}
