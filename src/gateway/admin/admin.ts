/** The admin API: what the gateway knows, as JSON, behind keys of scope `admin` (docs/admin.md). Asks no provider. */

import { RequestError } from '../../errors.ts';
import type { LiveRequest } from '../../explain/snapshot.ts';
import { type RunningFacts, takeSnapshot } from '../../explain/take-snapshot.ts';
import type { Runtime } from '../../runtime.ts';
import { type Incoming, queryOf } from '../incoming.ts';
import { type KeyHolder, requireScope } from '../key-ring.ts';
import { replyWithJson } from '../reply.ts';
import { CountedLately } from './counted-lately.ts';
import { readRecordQuery, readUsageQuery } from './queries.ts';

/** Where its paths begin. */
const root = '/admin';

export function isAdminPath(path: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

export interface AdminParts {
  readonly runtime: Runtime;
  /** Requests on their way. */
  readonly live: () => readonly LiveRequest[];
  readonly running: () => Omit<RunningFacts, 'config'>;
}

interface AdminScene extends AdminParts {
  readonly lately: CountedLately;
}

interface AdminAsking {
  /** What follows the endpoint in the path: an id, a name, or nothing. */
  readonly rest: string;
  readonly query: string;
  readonly holder: KeyHolder;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}

interface AdminEndpoint {
  readonly method: 'GET' | 'POST';
  /** What may follow in the path. Default: nothing. */
  readonly takes?: 'id' | 'name';
  readonly answer: (scene: AdminScene, asking: AdminAsking) => Promise<object>;
}

const endpoints: Readonly<Record<string, AdminEndpoint>> = {
  snapshot: { method: 'GET', answer: readSnapshot },
  records: { method: 'GET', takes: 'id', answer: readRecords },
  usage: {
    method: 'GET',
    answer: async ({ runtime }, { query }) => ({
      usage: await runtime.history.readUsage(readUsageQuery(query)),
    }),
  },
  plan: {
    method: 'GET',
    takes: 'name',
    answer: ({ runtime }, { rest, signal }) => runtime.plan({ name: rest || undefined, signal }),
  },
};

export class AdminApi {
  readonly #scene: AdminScene;

  constructor(parts: AdminParts) {
    this.#scene = { ...parts, lately: new CountedLately(parts.runtime) };
  }

  /** Rejects with `RequestError`. */
  async answer({ request, response, path, holder }: Incoming): Promise<void> {
    requireScope(holder, 'admin');
    const { endpoint, rest } = findEndpoint(path);
    if (endpoint.method !== request.method) throw methodWrong(path, request.method, endpoint.method);
    const hangUp = new AbortController();
    response.on('close', () => hangUp.abort());
    const asking = { rest, query: queryOf(request.url ?? ''), holder, signal: hangUp.signal };
    replyWithJson(response, 200, await endpoint.answer(this.#scene, asking));
  }

  close(): void {
    this.#scene.lately.close();
  }
}

function findEndpoint(path: string): { readonly endpoint: AdminEndpoint; readonly rest: string } {
  const [name = '', ...more] = path.slice(root.length + 1).split('/');
  const rest = decode(more.join('/'));
  const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
  if (endpoint === undefined || rest === undefined || (rest !== '' && endpoint.takes === undefined))
    throw pathUnknown(path);
  return { endpoint, rest };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // a % that is no escape
  }
}

async function readSnapshot({ runtime, lately, live, running }: AdminScene): Promise<object> {
  const counted = await lately.read();
  return takeSnapshot(runtime, {
    lately: counted,
    live: live(),
    running: { ...running(), config: {} },
  });
}

async function readRecords({ runtime }: AdminScene, { query, rest }: AdminAsking): Promise<object> {
  if (rest === '') return { records: await runtime.history.findRecords(readRecordQuery(query)) };
  const [record] = await runtime.history.findRecords({ id: rest, limit: 1 });
  if (record !== undefined) return record;
  throw new RequestError('request-invalid', `there is no record of a request ${rest}`, {
    status: 404,
    howToFix: `look for it in ${root}/records; records are kept for 30 days at most`,
  });
}

function pathUnknown(path: string): RequestError {
  const paths = Object.entries(endpoints).map(
    ([name, { takes }]) => `${root}/${name}${takes === undefined ? '' : `[/${takes.toUpperCase()}]`}`,
  );
  return new RequestError('route-unknown', `there is no route ${path}`, {
    status: 404,
    howToFix: `use one of ${paths.join(', ')}`,
  });
}

function methodWrong(path: string, method = 'this method', allow: string): RequestError {
  return new RequestError('method-not-allowed', `${path} does not take ${method}`, {
    status: 405,
    howToFix: `use ${allow}`,
    headers: { allow },
  });
}
