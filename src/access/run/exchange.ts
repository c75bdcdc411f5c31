/**
 * Handles one HTTP-shaped exchange: finds the endpoint, calls the engine, and turns our own errors
 * into the client's shape. Gateway and library both enter here.
 */

import { locateSettings } from '../../config/resolved/locate-settings.ts';
import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import type { AccountOwner } from '../../credentials/pool/account-bindings.ts';
import { AccessError, assertNever, RequestError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { RefusedCaller } from '../../model/events.ts';
import type { Operation, ProtocolName } from '../../model/protocol.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { BroughtLogin, ReplySink } from '../../model/request.ts';
import { JsonArraySink } from '../answer/json-array-sink.ts';
import { ReplyWriter } from '../answer/reply-writer.ts';
import { tellList } from '../answer/tell-list.ts';
import { countFetched } from '../report/count-fetched.ts';
import { nobodyTakes } from '../request/caller-login.ts';
import { AnswerCopy } from '../request/contents.ts';
import type { ConfiguredRequest, Engine } from '../request/engine.ts';
import { type Endpoint, findEndpoint, listMethods, protocolOf } from '../select/endpoints.ts';
import { findForeignApi } from '../select/foreign-paths.ts';
import { listModels } from '../select/models.ts';
import { createPassage } from '../select/passages.ts';
import { fixPath, nameBase } from '../select/right-paths.ts';
import { Collected } from '../tasks/collected.ts';
import { openCompactions } from '../tasks/compression/open-compactions.ts';
import { createErrorText } from '../wording/error-text.ts';
import { access } from './access.ts';
import { compactConversation, compactWhereTriggered, mayBeTriggered } from './compact.ts';

/** The request of a face. `upload` only if `mayStream` allows it. */
export interface ExchangeRequest
  extends Omit<ConfiguredRequest, 'id' | 'protocol' | 'operation' | 'named' | 'passage' | 'login'> {
  readonly method: string;
  /** Contains no query. */
  readonly path: string;
  /** Without its question mark. Default: none. */
  readonly query?: string | undefined;
  /** The login that it brought for its own vendor. Default: none. */
  readonly brought?: BroughtLogin | undefined;
  /** Default: generated here. */
  readonly requestId?: string | undefined;
  /** Called when it is refused before a target is chosen. Default: nobody is told. */
  readonly onRefused?: ((refusal: RefusedCaller) => void) | undefined;
}

/** True when nothing reads this request's body, so that it may be streamed. */
export function mayStream(method: string, path: string): boolean {
  const endpoint = findEndpoint(path);
  return endpoint?.kind === 'passage' && endpoint.operation === 'files' && method === 'POST';
}

/** Generates the id for answer, record and errors, before anything mentions the request. */
export function newRequestId(host: Host): string {
  return `hfr_${host.member}${host.randomToken(12)}`;
}

/**
 * Resolves when the answer has ended, with the record of a request that went to the engine; never
 * rejects.
 */
export async function exchange(
  engine: Engine,
  request: ExchangeRequest,
  face: ReplySink,
): Promise<RequestRecord | undefined> {
  const { path, headers, query } = request;
  const id = request.requestId ?? newRequestId(engine.host);
  const endpoint = findEndpoint(path, query);
  const model = endpoint?.kind === 'access' ? endpoint : undefined;
  const protocol = protocolOf(path, headers, endpoint);
  let writer = new ReplyWriter(engine, { id, protocol }, face);
  try {
    const config = request.config ?? engine.config();
    const copy =
      model !== undefined && config.records.hasContent ? new AnswerCopy(face) : undefined;
    const sink = model?.isArray === true ? new JsonArraySink(copy ?? face) : copy;
    if (sink !== undefined) writer = new ReplyWriter(engine, { id, protocol }, sink);
    const asked = { engine, request, id, protocol, config, face };
    const record = await routeExchange(asked, endpoint, writer);
    if (record === undefined) return undefined;
    engine.keepRecord(record);
    if (copy !== undefined) engine.contents.keep(record, request.body, copy);
    return record;
  } catch (error) {
    replyError({ engine, request, id }, error, writer);
    return undefined;
  }
}

interface AskedExchange {
  readonly engine: Engine;
  readonly request: ExchangeRequest;
  readonly id: string;
  /** Our own errors take its shape. */
  readonly protocol: ProtocolName;
  readonly config: ResolvedConfig;
  readonly face: ReplySink;
}

/**
 * Returns the record of a request that went to the engine; undefined for one that is answered here.
 */
async function routeExchange(
  asked: AskedExchange,
  endpoint: Endpoint | undefined,
  writer: ReplyWriter,
): Promise<RequestRecord | undefined> {
  const { engine, request, id, protocol, config } = asked;
  if (request.brought?.isAlone === true) checkForLogins(endpoint, request.path);
  if (endpoint === undefined) throw routeUnknown(request);
  if (!endpoint.methods.includes(request.method)) throw methodWrong(request, endpoint);
  switch (endpoint.kind) {
    case 'access':
      if (request.brought !== undefined)
        return answerByLogin(asked, { endpoint, brought: request.brought }, writer);
      return answerModel(asked, endpoint, writer);
    case 'passage':
      return answerPassage(asked, endpoint, writer);
    case 'compact':
      writer.replyOwn(JSON.stringify(await compactConversation(engine, request, id)));
      return undefined;
    case 'models':
      writer.replyOwn(
        JSON.stringify(
          listModels(config, engine.modelLists, {
            id: endpoint.id,
            protocol: engine.protocols[protocol],
          }),
        ),
      );
      return undefined;
    default:
      return assertNever(endpoint);
  }
}

type AccessEndpoint = Extract<Endpoint, { readonly kind: 'access' }>;

/** Throws a 401 where we answer from what we have, or with keys of ours alone. */
function checkForLogins(endpoint: Endpoint | undefined, path: string): void {
  const takes: readonly Operation[] = ['generate', 'count-tokens'];
  if (endpoint?.kind !== 'access' || !takes.includes(endpoint.operation)) throw nobodyTakes(path);
}

/**
 * The request stays as its caller wrote it: it is not looked over for what we would do in its
 * vendor's place. Without a gateway key it spends nothing, so no budget counts it.
 */
async function answerByLogin(
  { engine, request, id, protocol, config }: AskedExchange,
  { endpoint, brought }: { readonly endpoint: AccessEndpoint; readonly brought: BroughtLogin },
  writer: ReplyWriter,
): Promise<RequestRecord> {
  const { operation, named } = endpoint;
  const login = engine.callerLogins.meet(brought, request.headers, request.caller);
  const { spending: _, ...unlimited } = config;
  const asked = { ...request, id, protocol, operation, named, login };
  const limits = login.isAlone ? unlimited : config;
  try {
    return await access(engine, { ...asked, config: limits }, writer);
  } finally {
    engine.callerLogins.noteEnd(login);
  }
}

async function answerPassage(
  { engine, request, id, protocol, config, face }: AskedExchange,
  endpoint: Extract<Endpoint, { readonly kind: 'passage' }>,
  writer: ReplyWriter,
): Promise<RequestRecord> {
  const { operation, object } = endpoint;
  const passage = createPassage(endpoint, request);
  const asked = { ...request, id, protocol, config, operation, passage };
  if (object !== undefined)
    return countFetched({ engine, config }, object, await access(engine, asked, writer));
  if (request.method !== 'GET') return access(engine, asked, writer);
  const reply = new Collected();
  let owner: AccountOwner | undefined;
  const onListed = (found: AccountOwner): void => {
    owner = found;
  };
  const replies = new ReplyWriter(engine, { id, protocol }, reply);
  const record = await access(engine, { ...asked, onListed }, replies);
  const { bindings, redactor } = engine;
  await tellList(reply, { bindings, redactor, request, owner }, face);
  return record;
}

async function answerModel(
  { engine, request, id, protocol, config }: AskedExchange,
  { operation, named }: AccessEndpoint,
  writer: ReplyWriter,
): Promise<RequestRecord | undefined> {
  let { body } = request;
  if (engine.protocols[protocol].hasCompactions === true) {
    body = openCompactions(request, engine.seal);
    const compacted = mayBeTriggered(body)
      ? await compactWhereTriggered(engine, { ...request, body }, id)
      : undefined;
    if (compacted !== undefined) {
      writer.replyOwn(compacted.text, { 'content-type': compacted.type });
      return undefined;
    }
  }
  return access(engine, { ...request, id, protocol, config, operation, named, body }, writer);
}

function replyError(
  { engine, request, id }: Pick<AskedExchange, 'engine' | 'request' | 'id'>,
  error: unknown,
  writer: ReplyWriter,
): void {
  if (request.signal.aborted) return;
  const { emit, notices, redactor, config } = engine;
  if (!(error instanceof RequestError))
    emit({
      type: 'warning',
      code: 'local-fault',
      text: redactor.redact(describeLocalFault(error)),
    });
  else if (error.code === 'busy') notices.tellShortage(error.message);
  if (writer.hasBegun) {
    writer.giveUp(error);
    return;
  }
  const { status, headers } = error instanceof RequestError ? error : { status: 400, headers: {} };
  const { code, fix } =
    error instanceof AccessError ? error : { code: 'local-fault', fix: undefined };
  const tell = (words: string): string => {
    const clean = redactor.redact(words);
    return error instanceof RequestError ? locateSettings(clean, config()) : clean;
  };
  const what = tell(error instanceof Error ? error.message : 'an unknown fault');
  const cleanFix = fix && { ...fix, text: tell(fix.text) };
  request.onRefused?.({ requestId: id, code, status, text: what, fix: cleanFix });
  const text = createErrorText({ what, fix: cleanFix });
  const more = status === 429 ? headers : { ...headers, 'x-should-retry': 'false' };
  writer.fail({ ...text, status, code: code.replaceAll('-', '_') }, more);
}

function routeUnknown({ path, method, headers }: ExchangeRequest): RequestError {
  const api = findForeignApi(path);
  const whose = api === undefined ? '' : ` (${api})`;
  const fix = fixPath({ path, method, base: nameBase(headers) }, api);
  return new RequestError(
    'route-unknown',
    `there is no route ${path}: Holdfast does not serve it${whose}`,
    { status: 404, fix },
  );
}

function methodWrong(request: ExchangeRequest, endpoint: Endpoint): RequestError {
  const [, method] = /:(\w{1,60})$/.exec(endpoint.kind === 'models' ? request.path : '') ?? [];
  if (method !== undefined && request.method === 'POST')
    return new RequestError('route-unknown', `a model has no method ${method} here`, {
      status: 404,
      fix: `use one of ${listMethods().join(', ')}`,
    });
  const methods = endpoint.methods;
  return new RequestError('method-not-allowed', `${request.path} does not take ${request.method}`, {
    status: 405,
    fix: `use ${methods.join(' or ')}`,
    headers: { allow: methods.join(', ') },
  });
}

function describeLocalFault(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
