/**
 * The source of every reading command: a running gateway over its admin API, or else the state
 * file. Commands do not know which; they only print `from.text`.
 */

import { resolvePaths } from '../../config/files/paths.ts';
import { createOAuthFetch, ServerUnreachable } from '../../credentials/oauth/oauth-fetch.ts';
import { AccessError, errorCodes } from '../../errors.ts';
import type { Plan } from '../../explain/plan/plan.ts';
import type { Snapshot } from '../../explain/snapshot/snapshot.ts';
import type { RecordsAnswer } from '../../gateway/admin/answers.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Host } from '../../host.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { BudgetStanding } from '../../model/spending.ts';
import type { UsageQuery, UsageRow } from '../../model/usage.ts';
import type { RecordQuery } from '../../store/store.ts';
import { findOddHome } from './own-config.ts';

export interface Readings {
  readonly from: ReadingSource;
  /** Why the gateway does not use its changed configuration. Absent: it does. */
  readonly refused?: string | undefined;
  /** Returns the latest that match, newest first. */
  records(query: RecordQuery): Promise<readonly RequestRecord[]>;
  /** The same; in a fleet, failed and rescued ones are those of all members. */
  recordsOfAll(query: RecordQuery): Promise<RecordsAnswer>;
  /**
   * Returns the record of a request, with the prompt and the answer if `records.content` has kept
   * them; in a fleet also that of another member. Rejects with `AccessError` if there is none.
   */
  record(id: string): Promise<RequestRecord>;
  /** Returns rows by day, the oldest first. */
  usage(query: UsageQuery): Promise<readonly UsageRow[]>;
  /** Returns budgets of the configuration and of callers' keys. */
  budgets(): Promise<readonly BudgetStanding[]>;
  snapshot(): Promise<Snapshot>;
  /** Returns the plan for every task, or for whatever `name` means. */
  plan(name?: string): Promise<Plan>;
  /** Asks the admin API for facts that only a gateway has. Absent if none runs. */
  ask?(path: string, query: object): Promise<unknown>;
  /** Posts an order to the admin API. Absent if no gateway runs. */
  order?<T extends object>(path: string, order: object): Promise<T>;
  close(): Promise<void>;
}

export interface ReadingSource {
  readonly kind: 'gateway' | 'file';
  /**
   * Names the source for people: `the gateway at http://127.0.0.1:4653 (pid 812)`, `the state file
   * …/state.db; no gateway runs`.
   */
  readonly text: string;
  readonly url?: string;
  readonly pid?: number;
}

/** A gateway on this machine answers in milliseconds, and a person is waiting. */
const timeoutMs = 10_000;

/** A thousand records take 2 MB. */
const answerBytes = 64 * 1024 * 1024;

export interface GatewayAsking {
  readonly host: Pick<Host, 'dispatch' | 'clock' | 'environment' | 'files'>;
  /** Has no slash at its end. */
  readonly url: string;
  readonly adminKey: string;
  readonly from: ReadingSource;
}

/** Asks first whether the gateway's changed configuration is in force. */
export async function openGatewayReadings(asking: GatewayAsking): Promise<Readings> {
  const ask = <T extends object>(path: string, query: object = {}): Promise<T> =>
    askAdminApi<T>(asking, { path: `${path}?${writeQuery(query)}`, method: 'GET' });
  type Health = { readonly configRefused?: string | undefined };
  const health = await ask<Health>('health').catch((): Health => ({}));
  const list = async <Row>(path: string, query?: object): Promise<readonly Row[]> =>
    (await ask<Readonly<Record<string, readonly Row[]>>>(path, query))[path] ?? [];
  const named = (path: string, name = ''): string => `${path}${encodeURIComponent(name)}`;
  return {
    from: asking.from,
    refused: health.configRefused,
    records: (query) => list('records', query),
    recordsOfAll: (query) => ask('records', query),
    record: (id) => ask(named('records/', id)),
    usage: (query) => list('usage', query),
    budgets: () => list('budgets'),
    snapshot: () => ask('snapshot'),
    plan: (name) => ask(name === undefined ? 'plan' : named('plan/', name)),
    ask,
    order: (path, order) =>
      askAdminApi(asking, { path, method: 'POST', body: JSON.stringify(order) }),
    close: async () => undefined,
  };
}

function writeQuery(query: object): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) search.set(name, String(value));
  return search;
}

interface AdminCall {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly body?: string;
}

/** Rejects with `AccessError` for an error, and for an invalid answer. */
export async function askAdminApi<T extends object>(
  asking: GatewayAsking,
  { path, method, body }: AdminCall,
): Promise<T> {
  const { host, url, adminKey } = asking;
  const fetch = createOAuthFetch(host, { timeoutMs, bytes: answerBytes });
  try {
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}/admin/${path}`, { method, headers, body });
    const text = await response.text();
    if (!response.ok) throw toReadingError(asking, response.status, text);
    return parseAnswer<T>(text);
  } catch (error) {
    throw error instanceof ServerUnreachable ? gatewayUnreachable(url, error) : error;
  }
}

function gatewayUnreachable(url: string, cause: ServerUnreachable): AccessError {
  const what = `no gateway answers at ${url}: ${cause.message}`;
  const fix = 'start it (holdfast serve), or correct --gateway or HOLDFAST_URL';
  return new AccessError('gateway-unreachable', what, { cause, fix });
}

/** Our own gateway sends this, built from the same types. */
function parseAnswer<T extends object>(text: string): T {
  return JSON.parse(text) as T;
}

/** The gateway's message has a fix already, except for steps on this machine. */
function toReadingError(asking: GatewayAsking, status: number, text: string): AccessError {
  const { url } = asking;
  const { error } = parseError(text);
  const known = errorCodes.find((one) => one === error?.code?.replaceAll('_', '-'));
  if (known === 'gateway-key-wrong' && hasOwnKey(asking)) {
    const what = `${adminKeyVariable} of this shell is not the admin key of the gateway at ${url}`;
    const fix = { text: 'use the key in admin.key', command: shellLine`unset ${adminKeyVariable}` };
    return new AccessError(known, what, { fix });
  }
  if (known === 'gateway-key-wrong') {
    const odd = findOddHome(asking.host);
    const what = `the gateway at ${url} does not know this admin key`;
    const fix = 'set HOLDFAST_ADMIN_KEY to the content of admin.key of that gateway';
    return odd === undefined
      ? new AccessError(known, what, { fix })
      : new AccessError(known, `${what}; the configuration of this shell ${odd.message}`, odd);
  }
  if (known !== undefined) return new AccessError(known, error?.message ?? '');
  const what = `what answers at ${url} (${status}) has no admin API`;
  const fix = 'correct --gateway or HOLDFAST_URL; a gateway of an older version has none';
  return new AccessError('gateway-unreachable', what, { fix });
}

function parseError(text: string): {
  readonly error?: { readonly code?: string; readonly message?: string };
} {
  try {
    return parseAnswer(text);
  } catch {
    return {};
  }
}

const adminKeyVariable = 'HOLDFAST_ADMIN_KEY';

/** The variable of the shell hides the file of this home, whose gateway was asked. */
function hasOwnKey({ host, from }: GatewayAsking): boolean {
  const { adminKeyFile } = resolvePaths(host.environment);
  const isOwn = from.kind === 'gateway' && from.pid !== undefined;
  return isOwn && Boolean(host.environment.get(adminKeyVariable)) && isFile(host, adminKeyFile);
}

function isFile({ files }: Pick<Host, 'files'>, path: string): boolean {
  return files.findFileFault(path) === undefined && files.stamp(path) !== undefined;
}
