/** The composition root: builds everything once, in dependency order, and returns the runtime. */

import { openPhrases } from './access/classify/phrases.ts';
import type { Contents } from './access/request/contents.ts';
import type { Engine } from './access/request/engine.ts';
import {
  createOwnKnowledge,
  hearNews,
  listNews,
  type Together,
} from './access/request/own-knowledge.ts';
import { type ExchangeRequest, exchange } from './access/run/exchange.ts';
import { findEndpoint, protocolOf } from './access/select/endpoints.ts';
import { ModelLists } from './access/select/model-lists.ts';
import { modelNames } from './access/select/models.ts';
import { type ModelListing, refreshModelLists } from './access/select/refresh-model-lists.ts';
import { watchSlots } from './access/select/server-slots.ts';
import { listLimits } from './access/spending/account.ts';
import type { Compressor } from './access/tasks/compression/compressor.ts';
import type { Descriptions } from './access/tasks/image-descriptions.ts';
import type { SlotSource } from './access/waiting/task-slots.ts';
import { type Paths, resolvePaths } from './config/files/paths.ts';
import { ConfigHolder } from './config/holder/holder.ts';
import type { ConfigFlags } from './config/resolve/resolve-context.ts';
import type { ResolvedConfig } from './config/resolved/resolved.ts';
import { KeyInspector } from './credentials/inspect/key-inspector.ts';
import { Logins } from './credentials/oauth/logins.ts';
import { Pools } from './credentials/pool/pool.ts';
import { Redactor } from './credentials/redact/redact.ts';
import { createStoredKeys } from './credentials/stored/stored-keys.ts';
import { createKeys, type Keys } from './diagnostics/keys.ts';
import { createPlan, type PlanQuestion } from './explain/plan/create-plan.ts';
import type { Plan } from './explain/plan/plan.ts';
import { createNodeHost } from './host/node-host.ts';
import type { Host } from './host.ts';
import type { EventListener, Warning } from './model/events.ts';
import type { ProtocolName } from './model/protocol.ts';
import type { RequestBooks, RequestRecord } from './model/record.ts';
import type { Headers, ReplySink } from './model/request.ts';
import type { BudgetStanding, SpendingLimit } from './model/spending.ts';
import type { WorkerNews } from './model/worker-news.ts';
import { anthropicMessages } from './protocols/anthropic-messages/protocol.ts';
import type { ModelName } from './protocols/contract/model-list.ts';
import type { Protocol } from './protocols/contract/protocol.ts';
import { googleGenerateContent } from './protocols/google-generate-content/protocol.ts';
import { openaiChat } from './protocols/openai-chat/protocol.ts';
import { openaiResponses } from './protocols/openai-responses/protocol.ts';
import { createAsking } from './runtime/asking.ts';
import { createEmitter } from './runtime/emitter.ts';
import {
  answerFleet,
  appendTo,
  type FleetHome,
  findFleet,
  openSharedHome,
  openStoreAs,
  type StoreChoice,
} from './runtime/open-state.ts';
import type { SharedHome } from './runtime/shared-home.ts';
import { createState, type RuntimeState } from './runtime/state.ts';
import { createView, type RuntimeView } from './runtime/view.ts';
import type { Fleet } from './store/fleet/open-fleet.ts';
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
  /** Replaces `config.yaml` by this object. */
  readonly config?: unknown;
  /**
   * Changes the resolved configuration before anything uses it, as the drill does. Default:
   * unchanged.
   */
  readonly adapt?: ((config: ResolvedConfig) => ResolvedConfig) | undefined;
  readonly flags?: ConfigFlags | undefined;
  /** The place of health and records (docs/state.md). Default `memory`. */
  readonly store?: StoreChoice | undefined;
  /** How many of the latest records `records()` returns. Default: 1000. */
  readonly recordLimit?: number | undefined;
  readonly onEvent?: EventListener | undefined;
  /**
   * Another process keeps records, sums and series, and is told of every request. Default: they are
   * kept here.
   */
  readonly books?: RequestBooks | undefined;
  /** Default: this process is alone. */
  readonly together?: Together | undefined;
  /**
   * Accepts a configuration without any key, for commands that add the first one. Default: false.
   */
  readonly mayLackKeys?: boolean | undefined;
  /** Uses the good part of a broken configuration, and warns of each problem. Default: false. */
  readonly mayBeBroken?: boolean | undefined;
  /** The configuration that a worker's primary goes on with. */
  readonly inForce?: string | undefined;
}

export interface Runtime {
  readonly host: Host;
  readonly paths: Paths;
  /** Returns the latest valid configuration. */
  config(): ResolvedConfig;
  /** Returns why the configuration in the file is not in force; undefined if it is. */
  configRefused(): string | undefined;
  /** Returns the text of the file that is in force; undefined if no file is. */
  configInForce(): string | undefined;
  /**
   * Returns the present warnings about the configuration and its keys, with names and fingerprints
   * only.
   */
  warnings(): readonly Warning[];
  /** Reads the configuration again, changed or not. */
  reload(): void;
  /** Returns a function that unsubscribes. */
  subscribe(listener: EventListener): () => void;
  /** Passes an event to every listener. */
  readonly emit: EventListener;
  /**
   * Resolves when the answer has ended, with the record if the request had a route; never rejects.
   */
  exchange(request: ExchangeRequest, sink: ReplySink): Promise<RequestRecord | undefined>;
  /** Makes a conversation shorter with the task `compression`. */
  readonly compressor: Pick<Compressor, 'compress'>;
  readonly descriptions: Pick<Descriptions, 'find' | 'keep'>;
  /** Returns a caller's name as records have it: its key's, else from its user-agent. */
  nameCaller(keyName: string | undefined, userAgent: string | undefined): string | undefined;
  /** The prompts and answers that `records.content` keeps. */
  readonly contents: Pick<Contents, 'find'>;
  /** Returns the protocol in which an error at this path is written. */
  protocolAt(path: string, headers: Headers): Protocol;
  /** Returns the names that a request may use, tasks first. */
  modelNames(): readonly ModelName[];
  /** Asks every configured provider for its models; never rejects. */
  refreshModels(signal: AbortSignal): Promise<readonly ModelListing[]>;
  /**
   * Starts asking the user's own servers how many requests they answer at a time. Returns a
   * function that stops it.
   */
  watchSlots(): () => void;
  /** What the other workers of this gateway share with this process. */
  readonly shared: {
    hear(news: WorkerNews): void;
    /** Returns what a new worker has to hear. */
    list(): readonly WorkerNews[];
    readonly taskSlots: SlotSource;
  };
  /** Reads, tests and changes keys. */
  readonly keys: Keys;
  /**
   * Returns what a request for a task, a provider's models, a model or with one key would meet now;
   * sends nothing.
   */
  plan(question: PlanQuestion): Promise<Plan>;
  /** Returns the state of every budget: of the configuration, and of `more`. */
  budgets(more: readonly SpendingLimit[]): Promise<readonly BudgetStanding[]>;
  /** Lists and renews the logins of `auth login`. */
  readonly logins: Logins;
  /** What this home shares with the others of its fleet; undefined outside one. */
  readonly sharedHome: SharedHome | undefined;
  /** Keeps the record of a request that another process has served. */
  keep(record: RequestRecord): void;
  /** Returns the latest records, newest last. */
  records(): readonly RequestRecord[];
  /** The store's history of finished requests, including those not yet written. */
  readonly history: Pick<Store, 'findRecords' | 'readUsage' | 'readSeries'>;
  /** Tells curves that a gateway is there. Returns a function that stops it. */
  notePresence(): () => void;
  /** The fleet that this home is a member of; undefined if it is none. */
  fleet(): Fleet | undefined;
  close(): Promise<void>;
}

/** Throws `ConfigError` if there is no usable configuration. */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  const emitter = createEmitter(options.onEvent);
  const host = options.host ?? createNodeHost();
  const paths = resolvePaths(host.environment);
  const parts = createParts(options, { host, paths, emit: emitter.emit });
  const { engine, holder, inspector, logins, state, view, sharedHome } = parts;
  const { config } = view;
  const keys = createRuntimeKeys(parts, paths);
  return {
    host,
    paths,
    ...view,
    warnings: () => [...config().warnings, ...inspector.warnings()],
    ...emitter,
    exchange: exchange.bind(undefined, engine),
    compressor: engine.compressor,
    descriptions: engine.descriptions,
    nameCaller: (keyName, userAgent) => engine.callerFacts.nameOf(keyName, userAgent),
    contents: engine.contents,
    protocolAt: (path, headers) => protocols[protocolOf(path, headers, findEndpoint(path))],
    ...createQuestions(holder, engine),
    shared: {
      hear: (news) => hearNews(engine, news),
      list: () => listNews(engine),
      taskSlots: engine.taskSlots,
    },
    keys,
    plan: (question) => createPlan(engine, { keys, records: state.past.history }, question),
    budgets: (more) => engine.ledger.standingsOf([...listLimits(config().spending), ...more]),
    logins,
    sharedHome,
    keep: state.keep,
    fleet: () => parts.fleet?.opened(),
    ...state.past,
    close: async () => {
      inspector.close();
      await logins.close();
      await sharedHome?.close();
      holder.close();
      await Promise.all([state.close(), engine.contents.close()]);
      engine.descriptions.close();
      if (options.host === undefined) await host.close();
    },
  };
}

/** The engine, with the parts that its runtime uses directly or closes. */
interface RuntimeParts {
  readonly engine: Engine;
  readonly holder: ConfigHolder;
  readonly view: RuntimeView;
  readonly inspector: KeyInspector;
  readonly logins: Logins;
  readonly state: RuntimeState;
  readonly sharedHome: SharedHome | undefined;
  readonly fleet: FleetHome | undefined;
}

type RuntimeGround = Pick<Runtime, 'host' | 'paths'> & Pick<Engine, 'emit'>;

/** Builds everything in dependency order. */
function createParts(options: RuntimeOptions, { host, paths, emit }: RuntimeGround): RuntimeParts {
  const redactor = new Redactor();
  const {
    flags,
    config: given,
    mayLackKeys = false,
    mayBeBroken = false,
    store: kind = 'memory',
    recordLimit = 1000,
    books,
  } = options;
  const events = withReload(emit);
  const ground = { host, paths, redactor, onEvent: events.listen, inForce: options.inForce };
  const holder = new ConfigHolder({ ...ground, flags, given, mayLackKeys, mayBeBroken });
  const view = createView(holder, options.adapt);
  const { config } = view;
  const { dotenv, credentialsFile } = holder;
  const fleet = kind === 'memory' ? undefined : findFleet(host, paths, holder);
  const store = openStoreAs(kind, { host, path: paths.stateFile, emit, fleet });
  const { gatewayKeyFile } = paths;
  const kept = { host, credentialsFile, gatewayKeyFile, redactor, onEvent: emit, fleet };
  const append = appendTo(store, () => engine, fleet);
  const isReadAtOnce = kind === 'thread' || typeof kind !== 'string'; // a gateway, which listens too
  const state = createState({ ...kept, emit, store, append, recordLimit, books, isReadAtOnce });
  const isListening = isReadAtOnce && books === undefined; // workers read their primary's files
  const sharedHome = openSharedHome({ ...kept, emit, paths, store, isListening });
  const logins = new Logins({
    ...kept,
    shared: sharedHome?.logins,
    onRenewed: (renewed) => state.known.health.noteRenewed(renewed),
  });
  const inspector = new KeyInspector({ ...kept, config, dotenv, logins });
  inspector.tell();
  events.onReload = () => inspector.wake();
  const carry: Runtime['exchange'] = (request, sink) => exchange(engine, request, sink);
  const engine: Engine = {
    host,
    config,
    refusedChange: () => holder.refusedFor,
    ...readersOf(inspector),
    ...state.known,
    pools: new Pools(() => host.random()),
    ...createOwnKnowledge({
      clock: host.clock,
      emit,
      health: state.known.health,
      config,
      redactor,
      together: options.together,
    }),
    redactor,
    phrases: openPhrases(host.files),
    protocols,
    modelLists: new ModelLists(host, isApart(options) ? undefined : paths.modelListsFile),
    emit,
    promptKey: options.together?.promptKey ?? host.randomToken(16),
    keepRecord: state.keep,
    books,
    ...createAsking({ host, config, emit, redactor, protocols, paths }, kind === 'memory', carry),
  };
  answerFleet(fleet, engine, state.past.history);
  return { engine, holder, view, inspector, logins, state, sharedHome, fleet };
}

function readersOf(inspector: KeyInspector): Pick<Engine, 'reader' | 'oddityOf'> {
  return { reader: inspector.reader, oddityOf: (print) => inspector.oddityOf(print) };
}

/** Creates the keys' interface, including stored keys. */
function createRuntimeKeys(
  { engine, holder }: RuntimeParts,
  { credentialsFile: path }: Paths,
): Keys {
  const { host } = engine;
  const { dotenv, credentialsFile } = holder;
  const storedKeys = createStoredKeys({ host, path });
  return createKeys(engine, { dotenv, environment: host.environment, credentialsFile, storedKeys });
}

/** Creates the parts that ask servers beside requests, and store their answers. */
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

/** Calls `onReload` when the configuration was reloaded, after all listeners. */
function withReload(emit: EventListener): { listen: EventListener; onReload: () => void } {
  const listen: EventListener = (event) => {
    emit(event);
    if (event.type === 'config-reloaded') events.onReload();
  };
  const events = { listen, onReload: (): void => undefined };
  return events;
}

/**
 * A configuration given as an object, in memory: its provider names must not affect shared state.
 */
function isApart({ config, store = 'memory' }: RuntimeOptions): boolean {
  return config !== undefined && store === 'memory';
}
