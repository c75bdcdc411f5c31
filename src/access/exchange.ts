/** One HTTP-shaped exchange: finds the endpoint, asks the engine, and turns our own errors into the client's shape. Gateway and library both come in here. */

import { findNearest } from '../config/nearest.ts';
import type { ResolvedConfig } from '../config/resolved.ts';
import { AccessError, RequestError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { RequestRecord } from '../model/record.ts';
import type { Headers, ReplySink } from '../model/request.ts';
import { access } from './access.ts';
import { compact, compactWhereTriggered, mayBeTriggered } from './compression/compact.ts';
import { openCompactions } from './compression/open-compactions.ts';
import { AnswerCopy } from './contents.ts';
import type { ConfiguredRequest, Engine } from './engine.ts';
import { JsonArraySink } from './reply/json-array-sink.ts';
import { findEndpoint, listPaths, protocolOf } from './route/endpoints.ts';
import { listModels } from './route/models.ts';
import { createPassage } from './route/passages.ts';

/** What a face hands over. `upload` only where `mayStream` says so. */
export interface ExchangeRequest
  extends Omit<ConfiguredRequest, 'id' | 'protocol' | 'operation' | 'named' | 'passage'> {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** The query, without its question mark. Default: none. */
  readonly query?: string | undefined;
  /** Default: made here. */
  readonly requestId?: string;
}

/** Whether nothing of this request's body is looked at, so that it may go on as it comes. */
export function mayStream(method: string, path: string): boolean {
  const endpoint = findEndpoint(path);
  return endpoint?.kind === 'passage' && endpoint.operation === 'files' && method === 'POST';
}

/** What a request is called in its answer, its record and its errors: made once, as soon as anything of ours may be said about it. */
export function newRequestId(host: Host): string {
  return `hfr_${host.member}${host.randomToken(12)}`;
}

/** Resolves when the answer has ended, with the record of a request that went to the engine; never rejects. */
export async function exchange(
  engine: Engine,
  request: ExchangeRequest,
  sink: ReplySink,
): Promise<RequestRecord | undefined> {
  const id = request.requestId ?? newRequestId(engine.host);
  const noted = new NotedSink(sink);
  try {
    const record = await route({ engine, request, id }, noted);
    if (record === undefined) return undefined;
    engine.keepRecord(record);
    if (noted.heard !== undefined) engine.contents.keep(record, request.body, noted.heard);
    return record;
  } catch (error) {
    if (request.signal.aborted) return undefined;
    if (error instanceof RequestError) {
      if (error.code === 'busy') engine.notices.tellShortage(error.message);
    } else {
      engine.emit({
        type: 'warning',
        code: 'local-fault',
        text: engine.redactor.redact(describeFault(error)),
      });
    }
    if (!noted.hasBegun) replyError(error, { engine, request, id, sink });
    else if (!noted.hasEnded) sink.end();
    return undefined;
  }
}

/** Knows how far an answer has come when something of ours fails, and what it says where that is kept. */
class NotedSink implements ReplySink {
  readonly #sink: ReplySink;
  hasBegun = false;
  hasEnded = false;
  /** Absent: it is not kept. */
  heard: AnswerCopy | undefined;

  constructor(sink: ReplySink) {
    this.#sink = sink;
  }

  head(status: number, headers: Headers): void {
    this.#sink.head(status, headers);
    this.hasBegun = true;
  }

  write(chunk: Uint8Array): boolean {
    this.heard?.add(chunk);
    return this.#sink.write(chunk);
  }

  onDrain(resume: () => void): void {
    this.#sink.onDrain(resume);
  }

  end(chunk?: Uint8Array): void {
    this.hasEnded = true;
    if (chunk !== undefined) this.heard?.add(chunk);
    this.#sink.end(chunk);
  }

  cut(): void {
    this.hasEnded = true;
    if (this.#sink.cut === undefined) this.#sink.end();
    else this.#sink.cut();
  }
}

interface EngineRequest {
  readonly engine: Engine;
  readonly request: ExchangeRequest;
  readonly id: string;
}

/** The record of a request that went to the engine; none of one that is answered here. */
async function route(
  { engine, request, id }: EngineRequest,
  sink: NotedSink,
): Promise<RequestRecord | undefined> {
  const { method, path, headers, body } = request;
  const endpoint = findEndpoint(path, request.query);
  if (endpoint === undefined) throw routeUnknown(path);
  if (!endpoint.methods.includes(method)) throw methodWrong(request, endpoint.methods);
  if (endpoint.kind === 'models') {
    const asked = { id: endpoint.id, protocol: protocolOf(path, headers) };
    replyJson(sink, listModels(engine.config(), engine.modelLists, asked), id);
    return undefined;
  }
  if (endpoint.kind === 'compact') {
    replyJson(sink, await compact(engine, request, id), id);
    return undefined;
  }
  const config = request.config ?? engine.config();
  if (endpoint.kind === 'passage') {
    const { operation } = endpoint;
    const passage = createPassage(endpoint, request);
    const passed = { protocol: protocolOf(path, headers), operation, passage, body, config };
    return access(engine, toAccessRequest(request, id, passed), sink);
  }
  copyWhereKept(config, sink);
  const { protocol, isArray } = endpoint;
  const opened = protocol === 'openai-responses' ? openCompactions(body, engine.seal) : body;
  if (protocol === 'openai-responses' && mayBeTriggered(opened)) {
    const compacted = await compactWhereTriggered(engine, { ...request, body: opened }, id);
    if (compacted !== undefined) {
      replyText(sink, compacted, id);
      return undefined;
    }
  }
  const { operation, named } = endpoint;
  const asked = toAccessRequest(request, id, { protocol, operation, named, body: opened, config });
  return access(engine, asked, isArray === true ? new JsonArraySink(sink) : sink);
}

function copyWhereKept({ records }: ResolvedConfig, sink: NotedSink): void {
  if (records.hasContent) sink.heard = new AnswerCopy();
}

/** One literal: every request makes one. */
function toAccessRequest(
  request: ExchangeRequest,
  id: string,
  asked: Pick<ConfiguredRequest, 'protocol' | 'operation' | 'named' | 'passage' | 'body' | 'config'>,
): ConfiguredRequest {
  return {
    id,
    protocol: asked.protocol,
    operation: asked.operation,
    named: asked.named,
    passage: asked.passage,
    body: asked.body,
    upload: request.upload,
    headers: request.headers,
    caller: request.caller,
    tasks: request.tasks,
    budgets: request.budgets,
    isTraced: request.isTraced,
    signal: request.signal,
    onlyCredential: request.onlyCredential,
    isPicked: request.isPicked,
    maxWaitMs: request.maxWaitMs,
    config: asked.config,
    judge: request.judge,
  };
}

function replyJson(sink: ReplySink, value: unknown, id: string): void {
  replyText(sink, { type: 'application/json', text: JSON.stringify(value) }, id);
}

function replyText(
  sink: ReplySink,
  { type, text }: { readonly type: string; readonly text: string },
  id: string,
): void {
  const body = Buffer.from(text);
  sink.head(200, {
    'content-type': type,
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
  const encoded = protocol.encodeError({ status, code: code.replaceAll('-', '_'), message, requestId: id });
  const body = Buffer.from(encoded.body);
  sink.head(status, {
    ...encoded.headers,
    ...(error instanceof RequestError ? error.headers : {}),
    'content-length': String(body.length),
    ...(status === 429 ? {} : { 'x-should-retry': 'false' }),
    'x-holdfast-request-id': id,
  });
  sink.end(body);
}

function routeUnknown(path: string): RequestError {
  const paths = listPaths();
  const nearest = findNearest(path, paths);
  const meant = nearest === undefined ? '' : `did you mean ${nearest}? Otherwise `;
  return new RequestError('route-unknown', `there is no route ${path}: Holdfast does not serve it`, {
    status: 404,
    howToFix: `${meant}use one of ${paths.join(', ')}`,
  });
}

function methodWrong(request: ExchangeRequest, methods: readonly string[]): RequestError {
  return new RequestError('method-not-allowed', `${request.path} does not take ${request.method}`, {
    status: 405,
    howToFix: `use ${methods.join(' or ')}`,
    headers: { allow: methods.join(', ') },
  });
}

function describeFault(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
