/**
 * The admin API: reads and changes what the gateway knows, as JSON (docs/admin.md). Needs a key of
 * scope `admin`; a caller's key opens that caller's own data. Sends nothing to any provider.
 */

import { describeOrigin } from '../../config/resolved/describe-origin.ts';
import { RequestError } from '../../errors.ts';
import type { Snapshot } from '../../explain/snapshot/snapshot.ts';
import {
  gatewayEnvironment,
  type SnapshotFacts,
  takeSnapshot,
} from '../../explain/snapshot/take-snapshot.ts';
import { adminDescriptionPath } from '../../host/package-files.ts';
import { readBudgets } from '../caller-keys.ts';
import { checkChange, toVisit } from '../door/visit.ts';
import {
  adminRoot,
  type Incoming,
  isPagePath,
  type KeyHolder,
  metricsPath,
  scopeWrong,
} from '../incoming.ts';
import type { AdminSide } from '../processes.ts';
import { methodNotTaken } from '../refusals.ts';
import { replyWithJson } from '../reply.ts';
import type {
  BudgetsAnswer,
  HealthAnswer,
  ReloadAnswer,
  ResetAnswer,
  SessionAnswer,
} from './answers.ts';
import { countRecentActivity } from './count-activity.ts';
import { runDoctor, testKeys } from './examine.ts';
import { gatherLive } from './gather-live.ts';
import { answerRecords, answerSeries, answerUsage, readLogs } from './past.ts';
import { orders, queries, readOrder } from './queries.ts';
import type { AdminAsking, AdminContext, AdminParts } from './scene.ts';
import { Snapshots } from './snapshots.ts';

export interface AdminEndpoint {
  /** It defaults to GET. */
  readonly method?: 'POST';
  /** May follow in the path. Default: nothing. */
  readonly param?: 'id' | 'name';
  /** Names that its query may have. */
  readonly query?: readonly string[];
  /** A caller's own key opens that caller's data here. Default: admins only. */
  readonly hasOwn?: true;
  /** It is for people. */
  readonly summary: string;
  /**
   * The type of its answer in answers.ts; with `param`, of the list and of the one. Default: an
   * event stream.
   */
  readonly returns: readonly string[];
  /** Undefined where the answer is under way already. */
  readonly answer: (
    scene: AdminContext,
    asking: AdminAsking,
  ) => Promise<object | undefined> | object | undefined;
}

/** The description of the API is made from this table. */
export const adminEndpoints: Readonly<Record<string, AdminEndpoint>> = {
  snapshot: {
    summary: 'All that is known now, in one value.',
    returns: ['Snapshot'],
    answer: ({ snapshots }) => snapshots.read(),
  },
  events: {
    summary:
      'An event stream: first the event `snapshot`, then `delta` (SnapshotDelta) after each change, and `beat` (SnapshotBeat) after each second without one.',
    returns: [],
    answer: followSnapshots,
  },
  records: {
    param: 'id',
    query: Object.keys(queries.records.shape),
    hasOwn: true,
    summary: 'The records of requests that are over, or one of them.',
    returns: ['RecordsAnswer', 'RequestRecord'],
    answer: answerRecords,
  },
  usage: {
    query: Object.keys(queries.usage.shape),
    hasOwn: true,
    summary: 'Tokens and money by day (UTC), caller, task, target and purpose.',
    returns: ['UsageAnswer'],
    answer: answerUsage,
  },
  series: {
    query: Object.keys(queries.series.shape),
    hasOwn: true,
    summary:
      'What happened in each minute (for a day) or hour (for 30 days), by caller and target.',
    returns: ['SeriesAnswer'],
    answer: answerSeries,
  },
  budgets: {
    hasOwn: true,
    summary: 'Every budget: spent, held, and when it renews.',
    returns: ['BudgetsAnswer'],
    answer: async ({ runtime }, { own }): Promise<BudgetsAnswer> => ({
      budgets: (await readBudgets(runtime)).filter(
        ({ caller }) => own === undefined || caller === own,
      ),
    }),
  },
  logs: {
    query: Object.keys(queries.logs.shape),
    summary: 'Lines of the log that it writes into files, the oldest first.',
    returns: ['LogsAnswer'],
    answer: readLogs,
  },
  plan: {
    param: 'name',
    summary: 'What a request would meet now: of every task, or of what a name means.',
    returns: ['Plan', 'Plan'],
    answer: ({ runtime }, { rest, signal }) =>
      runtime.plan({ name: rest || undefined, signal, environment: gatewayEnvironment }),
  },
  health: {
    summary: 'Whether it serves.',
    returns: ['HealthAnswer'],
    answer: answerHealth,
  },
  session: {
    hasOwn: true,
    summary: 'Who asks, and what that key may see.',
    returns: ['SessionAnswer'],
    answer: describeSession,
  },
  link: {
    method: 'POST',
    summary: 'A link that opens the page once, for `seconds` (60, at most 600).',
    returns: ['LinkAnswer'],
    answer: async ({ door }, { incoming: { request, holder, config } }) => {
      const { seconds } = await readOrder(request, orders.link);
      return door.makeLink(holder, seconds * 1000, config.gateway);
    },
  },
  doctor: {
    method: 'POST',
    summary: 'Runs the checks of `holdfast doctor` in a process of its own; one at a time.',
    returns: ['DoctorAnswer'],
    answer: runDoctor,
  },
  test: {
    method: 'POST',
    summary: 'Asks each key one small question: of a provider or a key (`name`), or of all.',
    returns: ['TestAnswer'],
    answer: testKeys,
  },
  reset: {
    method: 'POST',
    summary: 'Ends what holds keys back: of a provider or a key (`name`), or of all.',
    returns: ['ResetAnswer'],
    answer: answerReset,
  },
  reload: {
    method: 'POST',
    summary: 'Reads the configuration again.',
    returns: ['ReloadAnswer'],
    answer: reload,
  },
  'openapi.json': {
    summary: 'This description.',
    returns: ['Description'],
    answer: ({ runtime }) => JSON.parse(runtime.host.files.readText(adminDescriptionPath())),
  },
};

export class AdminApi implements AdminSide {
  readonly #scene: AdminContext;
  readonly #close: () => void;

  constructor(parts: AdminParts) {
    const { runtime, running, telemetry } = parts;
    const activity = countRecentActivity(runtime);
    const make = async (): Promise<Snapshot> => {
      const counted = await activity.read();
      const refused = runtime.configRefused();
      return takeSnapshot(runtime, {
        activity: counted,
        ...(await readLive(parts)),
        running: { ...running(), refused },
        refusals: telemetry.refusals.list(),
      });
    };
    const snapshots = new Snapshots(runtime.host.clock, make);
    telemetry.onRefused = () => snapshots.expire();
    this.#scene = { ...parts, snapshots, underWay: new Set() };
    const stopNoting = runtime.notePresence();
    this.#close = () => {
      stopNoting();
      snapshots.close();
      activity.close();
    };
  }

  async answer(incoming: Omit<Incoming, 'holder'>): Promise<void> {
    const { ring, door } = this.#scene;
    if (isPagePath(incoming.path)) await door.answer(incoming);
    else await this.#answer({ ...incoming, holder: ring.identify(incoming) });
  }

  async #answer(incoming: Incoming): Promise<void> {
    const { request, response, path, query, holder } = incoming;
    if (path === metricsPath) return this.#scene.telemetry.answer(incoming, this.#scene);
    const { endpoint, rest } = findAdminEndpoint(path);
    const own = ownOf(holder, endpoint);
    const { method = 'GET' } = endpoint;
    if (method !== request.method) throw methodNotTaken(path, request.method, method);
    if (method === 'POST') this.#allowChange(incoming);
    const hangUp = new AbortController();
    response.on('close', () => hangUp.abort());
    const answer = await endpoint.answer(this.#scene, {
      incoming,
      rest,
      query,
      own,
      signal: hangUp.signal,
    });
    if (answer !== undefined) replyWithJson(response, 200, answer);
  }

  /** A change is written to the log with who made it. Throws `RequestError`. */
  #allowChange({ path, holder, headers, config }: Incoming): void {
    const isSession = holder.sessionEndsAt !== undefined;
    if (isSession) checkChange(headers, toVisit(headers, config.gateway));
    const from = isSession ? ' from the page' : '';
    const text = `${holder.name} asks for ${path}${from}`;
    this.#scene.runtime.emit({ type: 'change-asked', text });
  }

  close(): void {
    this.#close();
  }
}

/** Throws a 403 for a key that opens neither everything nor its own data. */
function ownOf(holder: KeyHolder, { hasOwn }: AdminEndpoint): string | undefined {
  if (hasOwn === true && holder.scope === 'call' && holder.name !== undefined) return holder.name;
  if (holder.scope !== 'admin') throw scopeWrong(holder, 'admin');
  return undefined;
}

function findAdminEndpoint(path: string): {
  readonly endpoint: AdminEndpoint;
  readonly rest: string;
} {
  const [name = '', ...more] = path.slice(adminRoot.length + 1).split('/');
  const rest = decodePathPart(more.join('/'));
  const endpoint = Object.hasOwn(adminEndpoints, name) ? adminEndpoints[name] : undefined;
  if (endpoint === undefined || rest === undefined || (rest !== '' && endpoint.param === undefined))
    throw pathUnknown(path);
  return { endpoint, rest };
}

function decodePathPart(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // an invalid % escape
  }
}

function followSnapshots({ snapshots, ring }: AdminContext, { incoming }: AdminAsking): undefined {
  snapshots.listen(incoming.response, () => {
    try {
      ring.identify(incoming);
      return true;
    } catch {
      return false; // revoked or expired since
    }
  });
}

function describeSession(
  _scene: AdminContext,
  { incoming: { holder }, own }: AdminAsking,
): SessionAnswer {
  const { name = '', sessionEndsAt: endsAt } = holder;
  return { name, scope: own === undefined ? 'admin' : 'call', endsAt };
}

async function answerHealth(scene: AdminContext): Promise<HealthAnswer> {
  const { runtime, gateway, workers, running, isDraining } = scene;
  return {
    status: isDraining() ? 'draining' : 'ok',
    pid: runtime.host.processId,
    ...running(),
    inflight: gateway.inflight(),
    workers: workers?.counts(),
    fleet: await runtime.fleet()?.standing(),
    configRefused: runtime.configRefused(),
  };
}

/** The requests in progress, in this process or in all workers. */
async function readLive({
  runtime,
  gateway,
  workers,
}: AdminParts): Promise<Pick<SnapshotFacts, 'live' | 'workers'>> {
  return workers === undefined ? { live: gateway.live() } : gatherLive(workers, runtime.host.clock);
}

async function answerReset(
  { runtime, snapshots }: AdminContext,
  { incoming, signal }: AdminAsking,
): Promise<ResetAnswer> {
  const asked = await readOrder(incoming.request, orders.reset);
  const ended = await runtime.keys.reset({ ...asked, signal });
  snapshots.expire();
  return { ended };
}

/** If the file is invalid, the last good configuration stays in force. */
function reload({ runtime, workers, snapshots }: AdminContext): ReloadAnswer {
  runtime.reload();
  workers?.reload();
  snapshots.expire();
  const refused = runtime.configRefused();
  if (refused === undefined) return { config: describeOrigin(runtime.config().origin) };
  throw new RequestError('config-invalid', refused, {
    fix: 'correct it; until then the last good configuration stays in force',
  });
}

function pathUnknown(path: string): RequestError {
  const paths = Object.entries(adminEndpoints).map(
    ([name, { param }]) =>
      `${adminRoot}/${name}${param === undefined ? '' : `[/${param.toUpperCase()}]`}`,
  );
  return new RequestError('route-unknown', `there is no route ${path}`, {
    status: 404,
    fix: `use one of ${paths.join(', ')}`,
  });
}
