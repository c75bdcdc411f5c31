/**
 * A fleet's log on Valkey or Redis, 6.2 and newer: a stream of entries, the position of the newest,
 * and one kept state; beside it what members leave for each other. All keys have one hash tag, so
 * that a cluster keeps them together.
 */

import { asError } from '../../errors.ts';
import { startLoopTimer } from '../../host/loop-timer.ts';
import { connectValkey, isReply, type ValkeyConnection } from '../../host/node-valkey.ts';
import type { Host } from '../../host.ts';
import type { EngineFault } from '../../model/fleet.ts';
import type { LogPosition } from '../replica.ts';
import {
  type Appended,
  type FleetEntry,
  type FleetLog,
  type FleetPost,
  type KeptPage,
  type KeptState,
  keptLimit,
  LogGone,
  leftLimit,
  type Met,
} from './log.ts';

/**
 * An answer takes less than a millisecond; after so long, in which this process was not too busy to
 * hear it, the engine counts as gone.
 */
const answerMs = 750;

/** More than lie between two kept states, however often a keeper is killed on the way. */
const entriesLimit = 4000;

/** At most so many entries are read at once. */
const readLimit = 500;

/** What members say of themselves is kept so long. */
const saidMs = 600_000;

/** A text that was left and not taken. */
const leftMs = 30_000;

/** Texts that are kept, of all members together. */
const keptTexts = 2000;

/** At most so many of them are read at once. */
const pageTexts = 100;

/** Keys: head, entries, state, members, kept; of `take`, the one it takes. */
const scripts = {
  append: `local epoch = redis.call('HGET', KEYS[1], 'epoch')
if epoch ~= ARGV[1] then return -2 end
if ARGV[2] ~= '' and redis.call('HGET', KEYS[1], 'at') ~= ARGV[2] then return -1 end
local at = redis.call('HINCRBY', KEYS[1], 'at', 1)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ${entriesLimit}, at .. '-0', 'text', ARGV[3])
return at`,
  begin: `if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[3], 'epoch', ARGV[1], 'at', ARGV[2], 'text', ARGV[3])
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'at', ARGV[2])
return 1`,
  keep: `if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[3], 'epoch', ARGV[1], 'at', ARGV[2], 'text', ARGV[3])
return 1`,
  end: `if redis.call('HGET', KEYS[1], 'epoch') == ARGV[1] then redis.call('DEL', KEYS[1], KEYS[2], KEYS[3]) end
return 1`,
  meet: `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[2] == 'gone' then redis.call('HDEL', KEYS[4], ARGV[1])
elseif ARGV[2] ~= '' then
  redis.call('HSET', KEYS[4], ARGV[1], now .. ' ' .. ARGV[2])
  redis.call('PEXPIRE', KEYS[4], ${saidMs})
end
local all = redis.call('HGETALL', KEYS[4])
local found = { now }
for i = 2, #all, 2 do
  local said, text = string.match(all[i], '^(%d+) (.*)$')
  if said and said + ${saidMs} > now then found[#found + 1] = text
  elseif ARGV[2] ~= '' then redis.call('HDEL', KEYS[4], all[i - 1]) end
end
return found`,
  keepTexts: `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 2, #ARGV do redis.call('XADD', KEYS[5], 'MAXLEN', '~', ${keptTexts}, '*', 'text', ARGV[i]) end
redis.call('XTRIM', KEYS[5], 'MINID', now - ARGV[1])
redis.call('PEXPIRE', KEYS[5], ARGV[1])
return 1`,
  readKept: `local all = redis.call('XREVRANGE', KEYS[5], ARGV[1], '-', 'COUNT', ${pageTexts})
local found = { #all == ${pageTexts} and all[#all][1] or '' }
for _, entry in ipairs(all) do
  local text = entry[2][2]
  if text and #text <= ${keptLimit} then found[#found + 1] = text end
end
return found`,
  take: `if redis.call('STRLEN', KEYS[1]) <= ${leftLimit} then return redis.call('GETDEL', KEYS[1]) end
redis.call('DEL', KEYS[1])
return false`,
} as const;

export interface ValkeyLogOptions {
  readonly clock: Host['clock'];
  readonly url: string;
  /** Begins the name of each key. Fleets that share an engine have different ones. */
  readonly prefix: string;
}

export class ValkeyLog implements FleetLog, FleetPost {
  readonly #options: ValkeyLogOptions;
  readonly #keys: readonly [
    head: string,
    entries: string,
    state: string,
    members: string,
    kept: string,
  ];
  /** Begins the name of each text that was left. */
  readonly #left: string;
  /** Reading waits at the engine, and so has a connection of its own. */
  readonly #connections = new Map<'asks' | 'reads', Promise<ValkeyConnection>>();
  #isClosed = false;

  constructor(options: ValkeyLogOptions) {
    this.#options = options;
    const tag = `{${options.prefix}}`;
    this.#keys = [`${tag}:head`, `${tag}:entries`, `${tag}:state`, `${tag}:members`, `${tag}:kept`];
    this.#left = `${tag}:left:`;
  }

  async readPosition(): Promise<LogPosition | undefined> {
    const [epoch, at] = parseList(await this.#ask('HMGET', [this.#keys[0], 'epoch', 'at']));
    return typeof epoch === 'string' ? { epoch, at: Number(at) } : undefined;
  }

  async begin({ position: { epoch, at }, text }: KeptState): Promise<boolean> {
    return (await this.#run('begin', [epoch, at, text])) === 1;
  }

  async readState(): Promise<KeptState | undefined> {
    const found = await this.#ask('HMGET', [this.#keys[2], 'epoch', 'at', 'text']);
    const [epoch, at, text] = parseList(found);
    if (typeof epoch !== 'string' || typeof text !== 'string') return undefined;
    return { position: { epoch, at: Number(at) }, text };
  }

  async keepState({ position: { epoch, at }, text }: KeptState): Promise<void> {
    await this.#run('keep', [epoch, at, text]);
  }

  async append(epoch: string, text: string, ifAt?: number): Promise<Appended> {
    const place = Number(await this.#run('append', [epoch, ifAt ?? '', text]));
    if (place === -2) return 'other-log';
    return place === -1 ? 'moved' : place;
  }

  async read(after: number, waitMs: number): Promise<readonly FleetEntry[]> {
    const block = waitMs > 0 ? ['BLOCK', waitMs] : [];
    const asked = ['COUNT', readLimit, ...block, 'STREAMS', this.#keys[1], `${after}-0`];
    const [stream] = parseList(await this.#ask('XREAD', asked, waitMs));
    return parseList(parseList(stream)[1]).map(parseEntry);
  }

  async end(epoch: string): Promise<void> {
    await this.#run('end', [epoch]);
  }

  async meet(id: string, text: string): Promise<Met> {
    const [now, ...texts] = parseList(await this.#run('meet', [id, text]));
    return { now: Number(now), texts: texts.map(String) };
  }

  async leave(name: string, text: string): Promise<void> {
    await this.#ask('SET', [this.#left + name, text, 'PX', leftMs]);
  }

  async take(name: string): Promise<string | undefined> {
    const text = await this.#run('take', [], [this.#left + name]);
    return typeof text === 'string' ? text : undefined;
  }

  async clear(): Promise<void> {
    let cursor = '0';
    do {
      const found = await this.#ask('SCAN', [cursor, 'MATCH', `${this.#left}*`, 'COUNT', 1000]);
      const [next, names] = parseList(found);
      for (const name of parseList(names)) await this.#ask('DEL', [String(name)]);
      cursor = String(next);
    } while (cursor !== '0');
  }

  async keep(texts: readonly string[], forMs: number): Promise<void> {
    await this.#run('keepTexts', [Math.round(forMs), ...texts]);
  }

  async readKept(before?: string): Promise<KeptPage> {
    const from = before === undefined ? '+' : `(${before}`;
    const [next, ...texts] = parseList(await this.#run('readKept', [from]));
    return { texts: texts.map(String), next: next === '' ? undefined : String(next) };
  }

  async readFaults(): Promise<readonly EngineFault[]> {
    // Hosted engines do not tell, and then nothing is known of it.
    const tell = (command: string, ...of: string[]): Promise<unknown> =>
      this.#ask(command, of).catch(() => undefined);
    const [memory, persistence, config] = await Promise.all([
      tell('INFO', 'memory'),
      tell('INFO', 'persistence'),
      tell('CONFIG', 'GET', 'save'),
    ]);
    const has = (text: unknown, line: RegExp): boolean => line.test(String(text));
    const evicts = has(memory, /^maxmemory:[1-9]/m) && has(memory, /^maxmemory_policy:allkeys/m);
    const saves = config === undefined || String(parseList(config)[1] ?? '') !== '';
    const forgets = has(persistence, /^aof_enabled:0/m) && !saves;
    return [...(evicts ? (['evicts'] as const) : []), ...(forgets ? (['forgets'] as const) : [])];
  }

  close(): void {
    this.#isClosed = true;
    for (const kind of this.#connections.keys()) this.#drop(kind);
  }

  #run(
    name: keyof typeof scripts,
    values: readonly (string | number)[],
    keys: readonly string[] = this.#keys,
  ): Promise<unknown> {
    return this.#ask('EVAL', [scripts[name], keys.length, ...keys, ...values]);
  }

  /** `waitMs` is how long the engine may wait by itself. */
  async #ask(
    command: string,
    parameters: readonly (string | number)[],
    waitMs = 0,
  ): Promise<unknown> {
    const kind = command === 'XREAD' ? 'reads' : 'asks';
    if (this.#isClosed) throw new LogGone('it was closed');
    try {
      const connection = await this.#open(kind);
      return await this.#inTime(waitMs, connection.call(command, parameters));
    } catch (error) {
      const gone = error instanceof LogGone ? error : new LogGone(asError(error).message);
      if (!isReply(error)) this.#drop(kind, gone);
      throw gone;
    }
  }

  async #inTime(waitMs: number, answer: Promise<unknown>): Promise<unknown> {
    const over = Promise.withResolvers<never>();
    const limit = startLoopTimer(this.#options.clock, { ms: answerMs, waitMs }, () =>
      over.reject(new LogGone(`it did not answer within ${answerMs} ms`)),
    );
    return Promise.race([over.promise, answer]).finally(() => limit.cancel());
  }

  #open(kind: 'asks' | 'reads'): Promise<ValkeyConnection> {
    const open = this.#connections.get(kind) ?? connectValkey(this.#options.url);
    this.#connections.set(kind, open);
    return open;
  }

  #drop(kind: 'asks' | 'reads', why?: Error): void {
    const connection = this.#connections.get(kind);
    this.#connections.delete(kind);
    connection?.then(
      (open) => open.close(why),
      () => undefined, // whoever asked was told
    );
  }
}

function parseList(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}

/** `[id, [field, value]]`, with an id such as `17-0`. */
function parseEntry(reply: unknown): FleetEntry {
  const [id, fields] = parseList(reply);
  return { at: Number.parseInt(String(id), 10), text: String(parseList(fields)[1]) };
}
