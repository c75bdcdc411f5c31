/**
 * The source of every reading command: a running gateway over its admin API, or else the state
 * file. Commands do not know which; they only print `from.text`.
 */

import { createOAuthFetch, ServerUnreachable } from '../../credentials/oauth/oauth-fetch.ts';
import { AccessError, errorCodes } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { RequestContent, RequestRecord } from '../../model/record.ts';
import type { BudgetStanding } from '../../model/spending.ts';
import type { UsageQuery, UsageRow } from '../../model/usage.ts';
import type { RecordQuery } from '../../store/store.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from './snapshot.ts';

export interface Readings {
  readonly from: ReadingSource;
  /** Why the gateway does not use its changed configuration. Absent: it does. */
  readonly refused?: string | undefined;
  /** Returns the latest that match, newest first. */
  records(query: RecordQuery): Promise<readonly RequestRecord[]>;
  /** Returns the prompt and the answer, if `records.content` has kept them. */
  content(id: string): Promise<RequestContent | undefined>;
  /** Returns rows by day, the oldest first. */
  usage(query: UsageQuery): Promise<readonly UsageRow[]>;
  /** Returns budgets of the configuration and of callers' keys. */
  budgets(): Promise<readonly BudgetStanding[]>;
  snapshot(): Promise<Snapshot>;
  /** Returns the plan for every task, or for whatever `name` means. */
  plan(name?: string): Promise<Plan>;
  /** Asks the admin API for facts that only a gateway has. Absent if none runs. */
  ask?(path: string, query: object): Promise<unknown>;
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

interface HealthFacts {
  readonly configRefused?: string | undefined;
}

export interface GatewayAsking {
  readonly host: Pick<Host, 'dispatch' | 'clock'>;
  /** Has no slash at its end. */
  readonly url: string;
  readonly adminKey: string;
  readonly from: ReadingSource;
}

/** Asks first whether the gateway's changed configuration is in force. */
export async function openGatewayReadings(asking: GatewayAsking): Promise<Readings> {
  const health: HealthFacts = await askAdminApi<HealthFacts>(asking, 'health').catch(() => ({}));
  return {
    from: asking.from,
    refused: health.configRefused,
    records: async (query) =>
      (await askAdminApi<{ records: readonly RequestRecord[] }>(asking, 'records', toTexts(query)))
        .records,
    content: async (id) =>
      (await askAdminApi<RequestRecord>(asking, `records/${encodeURIComponent(id)}`)).content,
    usage: async (query) =>
      (await askAdminApi<{ usage: readonly UsageRow[] }>(asking, 'usage', toTexts(query))).usage,
    budgets: async () =>
      (await askAdminApi<{ budgets: readonly BudgetStanding[] }>(asking, 'budgets')).budgets,
    snapshot: () => askAdminApi<Snapshot>(asking, 'snapshot'),
    plan: (name) =>
      askAdminApi<Plan>(asking, name === undefined ? 'plan' : `plan/${encodeURIComponent(name)}`),
    ask: (path, query) => askAdminApi<object>(asking, path, toTexts(query)),
    close: async () => undefined,
  };
}

function toTexts(query: object): Readonly<Record<string, string>> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

async function askAdminApi<T extends object>(
  { host, url, adminKey }: GatewayAsking,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<T> {
  const search = new URLSearchParams(query);
  const fetch = createOAuthFetch(host, { timeoutMs, bytes: answerBytes });
  try {
    const headers = { authorization: `Bearer ${adminKey}` };
    const response = await fetch(`${url}/admin/${path}?${search}`, { method: 'GET', headers });
    const text = await response.text();
    if (!response.ok) throw toReadingError(url, response.status, text);
    return parseAnswer<T>(text);
  } catch (error) {
    throw error instanceof ServerUnreachable ? gatewayUnreachable(url, error) : error;
  }
}

/** Our own gateway sends this, built from the same types. */
function parseAnswer<T extends object>(text: string): T {
  return JSON.parse(text) as T;
}

function gatewayUnreachable(url: string, cause: ServerUnreachable): AccessError {
  return new AccessError('gateway-unreachable', `no gateway answers at ${url}: ${cause.message}`, {
    cause,
    fix: 'start it (holdfast serve), or correct --gateway or HOLDFAST_URL',
  });
}

/** The gateway's message has a fix already, except for steps on this machine. */
function toReadingError(url: string, status: number, text: string): AccessError {
  const { code = '', message = '' } = parseError(text);
  if (code === 'gateway_key_wrong')
    return new AccessError(
      'gateway-key-wrong',
      `the gateway at ${url} does not know this admin key`,
      {
        fix: 'set HOLDFAST_ADMIN_KEY to the content of admin.key of that gateway',
      },
    );
  const known = errorCodes.find((one) => one === code.replaceAll('_', '-'));
  return known === undefined ? notOurs(url, status) : new AccessError(known, message);
}

function notOurs(url: string, status: number): AccessError {
  return new AccessError(
    'gateway-unreachable',
    `what answers at ${url} (${status}) has no admin API`,
    {
      fix: 'correct --gateway or HOLDFAST_URL; a gateway of an older version has none',
    },
  );
}

function parseError(text: string): { readonly code?: string; readonly message?: string } {
  try {
    const { error = {} } = JSON.parse(text) as { error?: { code?: string; message?: string } };
    return error;
  } catch {
    return {};
  }
}
