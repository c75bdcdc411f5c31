/**
 * Where spans go, by the standard variables of OpenTelemetry; without an endpoint none are made.
 * Pure.
 */

import type { Environment } from '../host.ts';
import { version } from '../version.ts';

export interface TraceSettings {
  readonly origin: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** `service.name` and what else describes this process. */
  readonly resource: Readonly<Record<string, string>>;
}

/** Why there are none, where somebody wanted some. */
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

/** The shared endpoint is a base; the one for traces is taken as it is. */
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

/** `name=value,name=value`, values with percent escapes. */
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
    return text; // a % that is no escape stays
  }
}
