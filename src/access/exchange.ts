/** One HTTP-shaped exchange: finds the endpoint, asks the engine, and turns our own errors into the client's shape. Gateway and library both come in here. */

import { findNearest } from '../config/nearest.ts';
import type { ResolvedConfig } from '../config/resolved.ts';
import { AccessError, RequestError } from '../errors.ts';
import type { Headers, ReplySink } from '../model/request.ts';
import { access } from './access.ts';
import type { Engine } from './engine.ts';
import { findEndpoint, listPaths, protocolOf } from './route/endpoints.ts';
import { listModels } from './route/models.ts';

export interface ExchangeRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Headers;
  readonly body: Buffer;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  /** Default: made here. */
  readonly requestId?: string;
  /** The configuration, where the face has looked this very moment. Default: it is looked at here. */
  readonly config?: ResolvedConfig;
  /** The id of the one credential that may be asked, benched or not: `auth test`. Default: all of the route. */
  readonly onlyCredential?: string;
  /** A person has picked this very model (B51). Default: false. */
  readonly isPicked?: boolean;
}

/** Resolves when the answer has ended; never rejects. */
export async function exchange(engine: Engine, request: ExchangeRequest, sink: ReplySink): Promise<void> {
  const id = request.requestId ?? `hfr_${engine.host.randomToken(12)}`;
  let hasBegun = false;
  let hasEnded = false;
  const guarded: ReplySink = {
    head: (status, headers) => {
      sink.head(status, headers);
      hasBegun = true;
    },
    write: (chunk) => sink.write(chunk),
    onDrain: (resume) => sink.onDrain(resume),
    end: (chunk) => {
      hasEnded = true;
      sink.end(chunk);
    },
  };
  try {
    await route(engine, { ...request, requestId: id }, guarded);
  } catch (error) {
    if (request.signal.aborted) return;
    if (!(error instanceof RequestError)) {
      engine.emit({
        type: 'warning',
        code: 'local-fault',
        text: engine.redactor.redact(describeFault(error)),
      });
    }
    if (!hasBegun) replyError(error, { engine, request, id, sink });
    else if (!hasEnded) sink.end();
  }
}

async function route(
  engine: Engine,
  request: ExchangeRequest & { requestId: string },
  sink: ReplySink,
): Promise<void> {
  const endpoint = findEndpoint(request.path);
  if (endpoint === undefined) throw routeUnknown(request.path);
  if (endpoint.method !== request.method) throw methodWrong(request, endpoint.method);
  if (endpoint.kind === 'models') {
    const asked = { id: endpoint.id, protocol: protocolOf(request.path, request.headers) };
    replyJson(sink, listModels(engine.config(), engine.modelLists, asked), request.requestId);
    return;
  }
  const { protocol, operation } = endpoint;
  const { body, headers, signal, requestId, onlyCredential, isPicked } = request;
  const only = {
    ...(onlyCredential === undefined ? {} : { onlyCredential }),
    ...(isPicked === undefined ? {} : { isPicked }),
  };
  const asked = { id: requestId, protocol, operation, body, headers, signal, ...only };
  const { config } = request;
  const record = await access(
    config === undefined ? engine : { ...engine, config: () => config },
    asked,
    sink,
  );
  engine.keepRecord(record);
}

function replyJson(sink: ReplySink, value: unknown, id: string): void {
  const body = Buffer.from(JSON.stringify(value));
  sink.head(200, {
    'content-type': 'application/json',
    'content-length': String(body.length),
    'x-holdfast-request-id': id,
  });
  sink.end(body);
}

function replyError(
  error: unknown,
  { engine, request, id, sink }: { engine: Engine; request: ExchangeRequest; id: string; sink: ReplySink },
): void {
  const protocol = engine.protocols[protocolOf(request.path, request.headers)];
  const status = error instanceof RequestError ? error.status : 400;
  const code = error instanceof AccessError ? error.code : 'local-fault';
  const fix =
    error instanceof AccessError && error.howToFix !== undefined ? `. How to fix: ${error.howToFix}` : '';
  const text = error instanceof Error ? error.message : 'an unknown fault';
  const message = engine.redactor.redact(`${text}${fix}`);
  const encoded = protocol?.encodeError({
    status,
    code: code.replaceAll('-', '_'),
    message,
    requestId: id,
  }) ?? {
    headers: {},
    body: message,
  };
  const body = Buffer.from(encoded.body);
  sink.head(status, {
    ...encoded.headers,
    ...(error instanceof RequestError ? error.headers : {}),
    'content-length': String(body.length),
    'x-should-retry': 'false',
    'x-holdfast-request-id': id,
  });
  sink.end(body);
}

function routeUnknown(path: string): RequestError {
  const paths = listPaths();
  const nearest = findNearest(path, paths);
  return new RequestError('route-unknown', `there is no route ${path}`, {
    status: 404,
    howToFix: nearest === undefined ? `use one of ${paths.join(', ')}` : `did you mean ${nearest}?`,
  });
}

function methodWrong(request: ExchangeRequest, method: string): RequestError {
  return new RequestError('method-not-allowed', `${request.path} does not take ${request.method}`, {
    status: 405,
    howToFix: `use ${method}`,
    headers: { allow: method },
  });
}

function describeFault(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
