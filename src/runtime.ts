/** The composition root: builds everything once, in dependency order, and hands out the one way in. */

import { createSignatureTable } from './access/classify/match-signature.ts';
import type { Contents } from './access/request/contents.ts';
import type { Engine } from './access/request/engine.ts';
import { createOwnKnowledge } from './access/request/own-knowledge.ts';
import { type ExchangeRequest, exchange } from './access/run/exchange.ts';
import { findEndpoint, protocolOf } from './access/select/endpoints.ts';
import { ModelLists } from './access/select/model-lists.ts';
import { type ModelName, modelNames } from './access/select/models.ts';
import { type ModelListing, refreshModelLists } from './access/select/refresh-model-lists.ts';
import { watchSlots } from './access/select/server-slots.ts';
import { Ledger, listLimits } from './access/spending/ledger.ts';
import type { Compressor } from './access/tasks/compression/compressor.ts';
import type { Descriptions } from './access/tasks/image-descriptions.ts';
import { type Paths, resolvePaths } from './config/files/paths.ts';
import { ConfigHolder } from './config/holder/holder.ts';
import type { ConfigFlags, Warning } from './config/resolve/resolve-context.ts';
import type { ResolvedConfig } from './config/resolved/resolved.ts';
import { UsageTally } from './cost/usage-tally.ts';
import { Health } from './credentials/health/health.ts';
import { KeyInspector } from './credentials/inspect/key-inspector.ts';
import { Logins } from './credentials/oauth/logins.ts';
import { AccountBindings } from './credentials/pool/account-bindings.ts';
import { Pools } from './credentials/pool/pool.ts';
import { Redactor } from './credentials/redact/redact.ts';
import { createStoredKeys } from './credentials/stored/stored-keys.ts';
import { createKeys, type Keys } from './diagnostics/keys.ts';
import { createPlan, type PlanQuestion } from './explain/plan/create-plan.ts';
import type { Plan } from './explain/plan/plan.ts';
import { createNodeHost } from './host/node-host.ts';
import { corpusPath } from './host/package-files.ts';
import type { Host } from './host.ts';
import type { EventListener } from './model/events.ts';
import type { ProtocolName } from './model/protocol.ts';
import type { RequestRecord } from './model/record.ts';
import type { Headers, ReplySink } from './model/request.ts';
import type { BudgetStanding, SpendingLimit } from './model/spending.ts';
import { anthropicMessages } from './protocols/anthropic-messages/protocol.ts';
import type { Protocol } from './protocols/contract/protocol.ts';
import { googleGenerateContent } from './protocols/google-generate-content/protocol.ts';
import { openaiChat } from './protocols/openai-chat/protocol.ts';
import { openaiResponses } from './protocols/openai-responses/protocol.ts';
import { builtinEntries } from './providers/builtin.ts';
import { createCatalogue } from './providers/catalogue.ts';
import { builtinSignatures } from './providers/signatures/builtin.ts';
import { builtinResetHints } from './providers/signatures/reset-hints.ts';
import { createAsking } from './runtime/asking.ts';
import { createEmitter } from './runtime/emitter.ts';
import { createRecordBatches } from './store/batches.ts';
import { createFaultTeller, openStore, type StoreKind } from './store/open.ts';
import type { Store } from './store/store.ts';

const protocols: Readonly<Record<ProtocolName, Protocol>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  'google-generate-content': googleGenerateContent,
};

export interface RuntimeOptions {
  /** Default: this process. */
  readonly host?: Host | undefined;
  /** A config object instead of `config.yaml`. */
  readonly config?: unknown;
  /** Changes the resolved configuration before anything uses it: the drill puts simulated providers in. Default: as it is. */
  readonly adapt?: ((config: ResolvedConfig) => ResolvedConfig) | undefined;
  readonly flags?: ConfigFlags | undefined;
  /** Where health and records are kept (docs/state.md). Default `memory`. */
  readonly store?: StoreKind | Store | undefined;
  /** How many records `records()` knows, the latest. Default: 1000. */
  readonly recordLimit?: number | undefined;
  readonly onEvent?: EventListener | undefined;
  /** Accepts a configuration that has no key yet, for what brings the first one. Default: false. */
  readonly mayLackKeys?: boolean | undefined;
}

export interface Runtime {
  readonly host: Host;
  readonly paths: Paths;
  /** The latest good configuration. */
  config(): ResolvedConfig;
  /** Why the configuration that stands in the file is not in force; undefined where it is. */
  configRefused(): string | undefined;
  /** What is worth knowing about the configuration and its keys as of now; names and fingerprints only. */
  warnings(): readonly Warning[];
  /** Reads the configuration again, changed or not. */
  reload(): void;
  /** Returns the way to stop listening. */
  subscribe(listener: EventListener): () => void;
  /** Tells all who listen. */
  readonly tell: EventListener;
  /** Resolves when the answer has ended, with the record of a request that took a route; never rejects. */
  exchange(request: ExchangeRequest, sink: ReplySink): Promise<RequestRecord | undefined>;
  /** Makes a conversation shorter with the task `compression`. */
  readonly compressor: Pick<Compressor, 'compress'>;
  /** What is known of images. */
  readonly descriptions: Pick<Descriptions, 'find' | 'keep'>;
  /** What was asked and answered, where `records.content` keeps it. */
  readonly contents: Pick<Contents, 'find'>;
  /** Whose shape an error at this path takes. */
  protocolAt(path: string, headers: Headers): Protocol;
  /** Names a request may use: tasks first. */
  modelNames(): readonly ModelName[];
  /** Asks every configured provider what it offers; never rejects. */
  refreshModels(signal: AbortSignal): Promise<readonly ModelListing[]>;
  /** From now on servers of one's own are asked how many requests they answer at a time, until what it returns is called. */
  watchSlots(): () => void;
  /** What can be asked and done about keys. */
  readonly keys: Keys;
  /** What a request for a task, a provider's models, a model or with one key would meet now; sends nothing. */
  plan(question: PlanQuestion): Promise<Plan>;
  /** How every budget stands: of the configuration, and those that are given. */
  budgets(more: readonly SpendingLimit[]): Promise<readonly BudgetStanding[]>;
  /** What `auth login` made, and the way to renew it. */
  readonly logins: Logins;
  /** The latest records, newest last. */
  records(): readonly RequestRecord[];
  /** What the store knows of requests that are over, also of those that have just ended. */
  readonly history: Pick<Store, 'findRecords' | 'readUsage'>;
  close(): Promise<void>;
}

/** Throws `ConfigError` when there is no usable configuration. */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  const { emit, ...listening } = createEmitter(options.onEvent);
  const host = options.host ?? createNodeHost();
  const paths = resolvePaths(host.environment);
  const catalogue = createCatalogue(builtinEntries);
  const redactor = new Redactor();
  const { flags, config: given, mayLackKeys = false, store: kind = 'memory' } = options;
  const onEvent = withReload(emit, () => inspector.wake());
  const holder = new ConfigHolder({ host, paths, catalogue, redactor, onEvent, flags, given, mayLackKeys });
  const view = createView(holder, options.adapt);
  const { config } = view;
  const { dotenv, credentialsFile } = holder;
  const store = typeof kind === 'string' ? openStore(kind, { host, path: paths.stateFile, emit }) : kind;
  const kept = { host, credentialsFile, gatewayKeyFile: paths.gatewayKeyFile, redactor, onEvent: emit };
  const state = createState(options, { host, store, emit, append: appendTo(store, () => engine) });
  const logins = new Logins({ ...kept, onRenewed: (renewed) => state.known.health.noteRenewed(renewed) });
  const inspector = new KeyInspector({ ...kept, catalogue, config, dotenv, logins });
  inspector.tell();
  const carry: Runtime['exchange'] = (request, sink) => exchange(engine, request, sink);
  const engine: Engine = {
    host,
    config,
    reader: inspector.reader,
    ...state.known,
    pools: new Pools(() => host.random()),
    ...createOwnKnowledge({ clock: host.clock, emit, health: state.known.health, config, redactor }),
    redactor,
    signatures: createSignatureTable(builtinSignatures, builtinResetHints, () => readCorpus(host)),
    protocols,
    modelLists: new ModelLists(host, isApart(options) ? undefined : paths.modelListsFile),
    emit,
    promptKey: host.randomToken(16),
    keepRecord: state.keep,
    ...createAsking({ host, config, emit, redactor, paths }, kind === 'memory', carry),
  };
  const storedKeys = createStoredKeys({ host, path: paths.credentialsFile });
  const keys = createKeys(engine, { dotenv, environment: host.environment, credentialsFile, storedKeys });
  return {
    host,
    paths,
    ...view,
    warnings: () => [...config().warnings, ...inspector.warnings()],
    ...listening,
    exchange: carry,
    compressor: engine.compressor,
    descriptions: engine.descriptions,
    contents: engine.contents,
    protocolAt: (path, headers) => protocols[protocolOf(path, headers, findEndpoint(path))],
    ...createQuestions(holder, engine),
    keys,
    plan: (question) => createPlan(engine, keys, question),
    budgets: (more) => engine.ledger.standingsOf([...listLimits(config().spending), ...more]),
    logins,
    ...state.past,
    close: async () => {
      inspector.close();
      await logins.close();
      holder.close();
      await Promise.all([state.close(), engine.contents.close()]);
      engine.descriptions.close();
      if (options.host === undefined) await host.close();
    },
  };
}

/** What servers are asked for beside requests, and what they have said. */
function createQuestions(
  holder: ConfigHolder,
  engine: Engine,
): Pick<Runtime, 'modelNames' | 'refreshModels' | 'watchSlots'> {
  return {
    modelNames: () => modelNames(holder.current(), engine.modelLists),
    refreshModels: (signal) => refreshModelLists(engine, signal),
    watchSlots: () => watchSlots(engine),
  };
}

/** Records as long as the configuration says, and what was kept with them. */
function appendTo(store: Store, engine: () => Engine): Store['appendRecords'] {
  return (records) => {
    const { contents, config } = engine();
    contents.eraseOld();
    return store.appendRecords(records, config().records.keptMs);
  };
}

/** The configuration as others see it; one that is adapted is changed once for each version of it. */
function createView(
  holder: ConfigHolder,
  adapt: RuntimeOptions['adapt'],
): Pick<Runtime, 'config' | 'configRefused' | 'reload'> {
  const view = {
    config: () => holder.current(),
    configRefused: () => holder.refused,
    reload: () => void holder.reload(),
  };
  if (adapt === undefined) return view;
  let seen = holder.current();
  let adapted = adapt(seen);
  const config = (): ResolvedConfig => {
    const current = holder.current();
    if (current !== seen) adapted = adapt(current);
    seen = current;
    return adapted;
  };
  return { ...view, config };
}

/** Calls back, after everybody has heard of it, when the configuration was read anew. */
function withReload(emit: EventListener, onReload: () => void): EventListener {
  return (event) => {
    emit(event);
    if (event.type === 'config-reloaded') onReload();
  };
}

/** What outlives a request: health and records, and the store behind them. */
interface RuntimeState {
  readonly known: Pick<Engine, 'health' | 'bindings' | 'ledger'>;
  keep(record: RequestRecord): void;
  readonly past: Pick<Runtime, 'records' | 'history'>;
  close(): Promise<void>;
}

/** A configuration given as an object, with a memory of its own: the providers' names in it are nobody else's. */
function isApart({ config, store = 'memory' }: RuntimeOptions): boolean {
  return config !== undefined && store === 'memory';
}

function createState(
  options: RuntimeOptions,
  {
    host,
    store,
    append,
    emit,
  }: Pick<Engine, 'host' | 'emit'> & { store: Store; append: Store['appendRecords'] },
): RuntimeState {
  const tellFault = createFaultTeller(host, emit);
  const health = new Health(host, store, tellFault);
  const { clock } = host;
  const sink = createRecordBatches({ clock, write: append, onFault: tellFault });
  const usage = new UsageTally({ clock, write: (rows) => store.addUsage(rows), onFault: tellFault });
  const bindings = new AccountBindings(host.clock, store, tellFault);
  const ledger = new Ledger({ clock, store, onFault: tellFault });
  const { recordLimit = 1000 } = options;
  const records: RequestRecord[] = [];
  // What serves for long knows what others have learned before its first request comes.
  if (options.store === 'thread') void health.load();
  return {
    known: { health, bindings, ledger },
    keep: (record) => {
      if (recordLimit > 0) records.push(record);
      if (records.length > 2 * recordLimit) records.splice(0, records.length - recordLimit);
      sink.add(record);
      usage.add(record);
      emit({ type: 'finished', record });
    },
    past: {
      records: () => records.slice(-recordLimit),
      history: {
        findRecords: async (query) => {
          await sink.flush();
          return store.findRecords(query);
        },
        readUsage: async (query) => {
          await usage.flush();
          return store.readUsage(query);
        },
      },
    },
    close: async () => {
      await health.close();
      await sink.close();
      await usage.close();
      await ledger.close();
      await bindings.close();
      await store.close().catch(tellFault);
    },
  };
}

/** What providers are known to say; without the file, as in a copy of a part of the package, the signatures alone know it. */
function readCorpus({ files }: Host): string {
  try {
    return files.readText(corpusPath());
  } catch {
    return '';
  }
}
