/**
 * Asks local servers how many requests they answer at a time, off the path of requests: side tasks
 * yield on one that answers one after the other. The answers never change the health of a key or
 * server.
 */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import type { Host } from '../../host.ts';
import type { Secret } from '../../model/credential.ts';
import type { Target } from '../../model/target.ts';
import { isRecord, parseOrNothing, type WireObject } from '../../protocols/json/is-record.ts';
import type { MainTurns } from '../waiting/main-turns.ts';
import { askServer, listKeysFor } from './ask-server.ts';
import { type JudgingEngine, judge } from './verdict.ts';

/** A restarted server may have other slots. */
const everyMs = 10 * 60_000;
const limitMs = 5000;
const maxBytes = 1024 * 1024;

/** The part of the engine that asks servers and uses their answers. */
interface SlotsEngine extends JudgingEngine {
  readonly host: Host;
  readonly config: () => ResolvedConfig;
  readonly mainTurns: MainTurns;
}

/** Asks now and every ten minutes, until the returned function is called. */
export function watchSlots(engine: SlotsEngine): () => void {
  const stop = new AbortController();
  const ask = (): void => {
    void askSlots(engine, stop.signal);
    timer = engine.host.clock.startTimer(everyMs, ask);
  };
  let timer = engine.host.clock.startTimer(0, ask);
  return () => {
    stop.abort();
    timer.cancel();
  };
}

/** Never rejects: if a server does not say, the last value stays. */
async function askSlots(engine: SlotsEngine, signal: AbortSignal): Promise<void> {
  const providers = [...engine.config().providers.values()];
  await Promise.all(
    providers.map(async (provider) => {
      const target = provider.targetFor('any');
      if (target.isLocal !== true) return;
      const asking = { engine, request: { id: 'slots', operation: 'generate', signal } } as const;
      const keys = listKeysFor(provider, target, 'its slots');
      // Uses only secrets at hand: it runs no program and opens no keychain for a question that
      // nobody asked.
      const found = keys.map((key) => judge(asking, key)).find((verdict) => 'lease' in verdict);
      const isOne = await findOneSlot(engine, { target, secret: found?.secret, signal });
      if (isOne !== undefined) engine.mainTurns.noteSlots(target.origin, isOne);
    }),
  );
}

interface AskedServer {
  readonly target: Target;
  readonly secret: Secret | undefined;
  readonly signal: AbortSignal;
}

/** llama.cpp reports its slots. Ollama reports its version, which has a default. */
async function findOneSlot(engine: SlotsEngine, asked: AskedServer): Promise<boolean | undefined> {
  const { total_slots: slots } = await readServer(engine, asked, '/props');
  if (typeof slots === 'number' && slots > 0) return slots === 1;
  const { version } = await readServer(engine, asked, '/api/version');
  return typeof version === 'string' ? hasOneSlot(version) : undefined;
}

/**
 * True if an Ollama of this version answers one request at a time by default (`OLLAMA_NUM_PARALLEL`
 * is invisible): before 0.2.0 and since 0.10.0 (ollama/ollama pull request 11330); between them it
 * had four if memory allowed.
 */
export function hasOneSlot(version: string): boolean | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  if (minor === undefined) return undefined;
  return Number(major) > 0 || Number(minor) < 2 || Number(minor) >= 10;
}

/** Returns an empty object for everything but a JSON object in a 200. */
async function readServer(
  { host }: SlotsEngine,
  { target, secret, signal }: AskedServer,
  path: string,
): Promise<WireObject> {
  // Both paths are beside the `/v1` of their OpenAI API.
  const root = { ...target, baseUrl: target.baseUrl.replace(/\/v1$/, '') };
  const late = new Error('it does not say');
  const limits = { timeoutMs: limitMs, late, bytes: maxBytes, tooLong: late, signal };
  try {
    const said = parseOrNothing(await askServer(host, { target: root, path, secret }, limits));
    return isRecord(said) ? said : {};
  } catch {
    return {}; // it may be down: the next request will say so
  }
}
