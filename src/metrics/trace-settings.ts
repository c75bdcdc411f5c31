/** Reads OpenTelemetry's standard variables. Without an endpoint no spans are sent. Pure. */

import type { Environment } from '../host.ts';
import { version } from '../version.ts';

export interface TraceSettings {
  readonly origin: string;
  /** Includes the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Describes this process: `service.name` and the like. */
  readonly resource: Readonly<Record<string, string>>;
}

/** A `problem` says why tracing is off although it was requested. */
export type ReadTraceSettings = TraceSettings | { readonly problem: string } | undefined;

export function readTraceSettings(environment: Environment): ReadTraceSettings {
  const read: ReadVariable = (name) => environment.get(name)?.trim() || undefined;
  const readEither: ReadVariable = (name) =>
    read(`OTEL_EXPORTER_OTLP_TRACES_${name}`) ?? read(`OTEL_EXPORTER_OTLP_${name}`);
  const endpoint = readEndpoint(read);
  if (endpoint === undefined || isOff(read)) return undefined;
  const protocol = readEither('PROTOCOL') ?? 'http/json';
  if (!protocol.startsWith('http/'))
    return {
      problem: `no spans are sent: OTEL_EXPORTER_OTLP_PROTOCOL is ${protocol}, and Holdfast speaks http/json`,
    };
  const url = URL.parse(endpoint);
  if (url === null || !/^https?:$/.test(url.protocol))
    return { problem: 'no spans are sent: OTEL_EXPORTER_OTLP_ENDPOINT is no URL' };
  const timeoutMs = Number(readEither('TIMEOUT'));
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    headers: { ...readPairs(readEither('HEADERS')), 'content-type': 'application/json' },
    timeoutMs: timeoutMs > 0 ? timeoutMs : 10_000,
    resource: readResource(read),
  };
}

type ReadVariable = (name: string) => string | undefined;

function isOff(read: ReadVariable): boolean {
  return (
    read('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || read('OTEL_TRACES_EXPORTER') === 'none'
  );
}

/** The shared endpoint is a base URL; the one for traces is used as it is. */
function readEndpoint(read: ReadVariable): string | undefined {
  const shared = read('OTEL_EXPORTER_OTLP_ENDPOINT');
  const traces = shared === undefined ? undefined : `${shared.replace(/\/+$/, '')}/v1/traces`;
  return read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? traces;
}

function readResource(read: ReadVariable): TraceSettings['resource'] {
  const given = readPairs(read('OTEL_RESOURCE_ATTRIBUTES'));
  const name = read('OTEL_SERVICE_NAME') ?? given['service.name'] ?? 'holdfast';
  return { 'service.version': version, ...given, 'service.name': name };
}

/** Parses `name=value,name=value` with percent-escaped values. */
function readPairs(text: string | undefined): Readonly<Record<string, string>> {
  const pairs = (text ?? '').split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const place = pair.indexOf('=');
      return [
        pair.slice(0, place).trim().toLowerCase(),
        withoutEscapes(pair.slice(place + 1).trim()),
      ];
    }),
  );
}

function withoutEscapes(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // an invalid % escape stays as it is
  }
}
