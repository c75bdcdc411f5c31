/**
 * Asks providers for their models at their own `/models`, off the path of requests. The answers
 * never change the health of a key.
 */

import type { ResolvedConfig, ResolvedProvider } from '../../config/resolved/resolved.ts';
import type { Redactor } from '../../credentials/redact/redact.ts';
import type { Host } from '../../host.ts';
import type { ProtocolName } from '../../model/protocol.ts';
import type { Target } from '../../model/target.ts';
import type { Protocol } from '../../protocols/contract/protocol.ts';
import { isRecord, parseOrNothing } from '../../protocols/json/is-record.ts';
import { askServer, listKeysFor } from './ask-server.ts';
import type { ModelLists } from './model-lists.ts';
import { findUsable, isAskable, type JudgingEngine } from './verdict.ts';

/** A list that is incomplete after this time is ignored. */
const listLimitMs = 10_000;
/** Bytes of a list, and characters of a name: anything longer is not a list of models. */
const listBytes = 8 * 1024 * 1024;
const nameLength = 200;

/** The part of the engine that asks for lists and stores them. */
interface ListsEngine extends JudgingEngine {
  readonly host: Host;
  readonly config: () => ResolvedConfig;
  readonly redactor: Redactor;
  readonly protocols: Readonly<Record<ProtocolName, Protocol>>;
  readonly modelLists: ModelLists;
}

/** The result for one provider: its number of models, or why there is none. */
export interface ModelListing {
  readonly provider: string;
  readonly count?: number;
  /** Why its list could not be stored on this machine. */
  readonly notKept?: string | undefined;
  readonly problem?: string;
}

/**
 * Asks every configured provider at once. Never rejects: a provider that cannot be asked reports
 * why, and keeps its last list.
 */
export function refreshModelLists(
  engine: ListsEngine,
  signal: AbortSignal,
): Promise<readonly ModelListing[]> {
  return Promise.all(
    [...engine.config().providers.values()].map(async (provider) => {
      try {
        const target = provider.targetFor('any');
        const listed = await askProvider(engine, { provider, target, signal });
        const ids = listed.filter((id) => !engine.redactor.mentions(id)); // stored in a file (law 20)
        const notKept = engine.modelLists.keep(target, ids);
        return { provider: provider.name, count: ids.length, notKept };
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        return { provider: provider.name, problem: engine.redactor.redact(text) };
      }
    }),
  );
}

async function askProvider(
  engine: ListsEngine,
  parts: { provider: ResolvedProvider; target: Target; signal: AbortSignal },
): Promise<readonly string[]> {
  const { provider, target, signal } = parts;
  const { modelsPath: path, defaultHeaders } = engine.protocols[target.protocol];
  const asking = { engine, request: { id: 'model-list', operation: 'generate', signal } } as const;
  const keys = listKeysFor(provider, target, 'its list of models');
  // A key without answers can often still list models: if all are held back, the first is used
  // anyway.
  const found =
    (await findUsable(asking, keys, isAskable)) ?? (await findUsable(asking, keys, () => true));
  if (found === undefined && target.keyRequired) throw new Error('no key of it can be read');
  const limits = {
    timeoutMs: listLimitMs,
    late: new Error('it gave no list within 10 s'),
    bytes: listBytes,
    tooLong: new Error('its list of models is larger than 8 MB'),
    signal,
  };
  try {
    const asked = { target, path, secret: found?.secret, defaultHeaders };
    return parseList(await askServer(engine.host, asked, limits));
  } catch (error) {
    throw signal.aborted ? new Error('no request waits for it any more') : error;
  }
}

/**
 * Parses `{"data": [{"id": …}]}`; some servers use `models` or `name`, and Google's ids begin with
 * `models/`.
 */
function parseList(text: string): readonly string[] {
  const body = parseOrNothing(text);
  const rows = isRecord(body) ? (body['data'] ?? body['models']) : body;
  if (!Array.isArray(rows)) throw new Error('its answer is not a list of models');
  const names = rows.flatMap((row: unknown) => {
    const name = isRecord(row) ? (row['id'] ?? row['name']) : row;
    return typeof name === 'string' && isName(name) ? [name.replace(/^models\//, '')] : [];
  });
  return [...new Set(names)];
}

function isName(name: string): boolean {
  return name !== '' && name === name.trim() && name.length <= nameLength && !/\p{Cc}/u.test(name);
}
