/**
 * Reports every credential: where its secret was found, its health, and the source before it. It
 * reads what a request would read (law 1) and sends nothing. `auth list` and similar commands print
 * it.
 */

import type { LimitSurvey } from '../access/memory/known-limits.ts';
import type { Engine } from '../access/request/engine.ts';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import { judgeKeyState, type KeyState } from '../credentials/health/key-state.ts';
import { endOfMark, type SiteAddress } from '../credentials/health/marks.ts';
import { rankOfSource } from '../credentials/inspect/source-rank.ts';
import type {
  Credential,
  LimitWindow,
  LoginWindows,
  PendingReading,
  SecretReading,
  SecretSource,
  Selection,
} from '../model/credential.ts';
import { defaults } from '../model/defaults.ts';
import type { Mark } from '../model/failure.ts';
import type { Fix } from '../model/fix.ts';
import type { Operation } from '../model/protocol.ts';
import { isInside } from '../store/policy.ts';

/** One reason why a key, or one of its models, is held back. Its `evidence` is redacted. */
export interface KeyMark
  extends Pick<
    Mark,
    'cause' | 'since' | 'until' | 'endSetBy' | 'namedUntil' | 'evidence' | 'speaker'
  > {
  /** Absent: it applies to every model. */
  readonly model?: string | undefined;
  /** Absent: it applies to every operation. */
  readonly operation?: Operation | undefined;
  /** Says how far it reaches: one secret, its account, the site, or the whole host. */
  readonly covers: 'key' | 'account' | 'site' | 'origin';
}

export interface KeyRow {
  /** Its position in the order of use, from 1. */
  readonly order: number;
  readonly id: string;
  readonly provider: string;
  readonly label: string;
  readonly source: SecretSource;
  /** The only origin that it may be sent to. */
  readonly origin: string;
  /** Where its secret was found; for a missing one, where we searched. */
  readonly foundAt: string;
  /** Other places with the same secret, which make one credential with several sources. */
  readonly alsoAt: readonly string[];
  /** The environment variable that contains it. Absent: it is somewhere else. */
  readonly variable?: string | undefined;
  readonly fingerprint?: string | undefined;
  /** The group that shares a rate limit. Absent: only this credential. */
  readonly account?: string | undefined;
  readonly models?: readonly string[] | undefined;
  /** Judged by the marks for every model. */
  readonly state: KeyState;
  /** Why it is missing. */
  readonly detail?: string | undefined;
  /** What makes its place give a key, where that is known. */
  readonly fix?: Fix | undefined;
  /** The longest mark comes first, and those of single models last. */
  readonly marks: readonly KeyMark[];
  /** The number of further marks of single models; absent: none. */
  readonly moreMarks?: number | undefined;
  /** Epoch ms; absent: no success is known. */
  readonly lastSuccess?: number | undefined;
  /** Its limits, that with the least left first, as far as this process knows. */
  readonly windows: readonly LimitWindow[];
  /** Of callers' logins: their limits by account. Absent: none is known. */
  readonly logins?: readonly LoginWindows[] | undefined;
  /** Where a source of higher rank has a different secret. */
  readonly shadowedBy?: string | undefined;
}

/** The pool of a provider, or of a task with a key of its own. */
export interface PoolReport {
  /** Has the form `xiaomi`, or `auxiliary.compression`. */
  readonly name: string;
  readonly selection: Selection;
  readonly keys: readonly KeyRow[];
}

export interface KeyReading {
  readonly signal: AbortSignal;
  /** Skips key commands and keychains that no request has read yet. Default: false. */
  readonly isGlance?: boolean | undefined;
}

/**
 * Returns every pool in the order of the config. Waits for commands and keychains, unless
 * `isGlance`.
 */
export async function reportKeys(engine: Engine, how: KeyReading): Promise<readonly PoolReport[]> {
  await engine.health.load();
  const config = engine.config();
  const limits = engine.limits.survey();
  const parts = { ...how, engine, config, limits, now: engine.host.clock.now() };
  return Promise.all(
    [...config.pools].map(async ([name, credentials]) => ({
      name,
      selection: config.selections?.get(name) ?? defaults.selection,
      keys: await reportPool(credentials, { ...parts, sites: sitesOfPool(config, name) }),
    })),
  );
}

interface PoolReportParts extends KeyReading {
  readonly engine: Engine;
  readonly config: ResolvedConfig;
  readonly limits: LimitSurvey;
  readonly sites: ReadonlyMap<string, SiteAddress>;
  /** Epoch ms. */
  readonly now: number;
}

interface Read {
  readonly credential: Credential;
  readonly reading: SecretReading | PendingReading;
  /** Absent if it has no secret. */
  readonly found?: Extract<SecretReading, { state: 'ok' }>;
}

async function reportPool(
  credentials: readonly Credential[],
  parts: PoolReportParts,
): Promise<readonly KeyRow[]> {
  const { engine, signal, isGlance } = parts;
  const { reader } = engine;
  const read = await Promise.all(
    credentials.map(async (credential): Promise<Read> => {
      const reading = isGlance ? reader.peek(credential) : await reader.examine(credential, signal);
      return { credential, reading, ...(reading.state === 'ok' && { found: reading }) };
    }),
  );
  const winner = read.find(({ found }) => found);
  return [...Map.groupBy(read, secretOf).values()].flatMap(([first, ...equal], index) =>
    first === undefined ? [] : [reportKey(first, { order: index + 1, equal, winner, parts })],
  );
}

/**
 * Equal secrets are one credential with several sources; the first in order of use represents all
 * (law 3).
 */
function secretOf({ credential, found }: Read): string {
  return found ? `${credential.origin} ${found.fingerprint}` : credential.id;
}

interface Place {
  readonly order: number;
  readonly equal: readonly Read[];
  readonly winner: Read | undefined;
  readonly parts: PoolReportParts;
}

function reportKey(one: Read, { order, equal, winner, parts }: Place): KeyRow {
  const { id, provider, label, source, origin, account, models } = one.credential;
  return {
    order,
    id,
    provider,
    label,
    source,
    origin,
    foundAt: whereRead(one.reading),
    alsoAt: equal.flatMap(({ found }) => found?.foundAt ?? []),
    variable: one.found?.variable,
    account,
    models,
    ...standingOfKey(one, parts),
    shadowedBy: shadowOf(one, winner),
  };
}

function whereRead(reading: Read['reading']): string {
  if (reading.state === 'ok') return reading.foundAt;
  return reading.state === 'pending' ? 'not asked yet' : reading.lookedIn.join(', ');
}

/** Of a login whose renewal nobody has seen yet, in this process. */
const overToken = 'its token has run out, and the next request renews it';

type StandingFacts = Partial<KeyRow> & Pick<KeyRow, 'state' | 'marks' | 'windows'>;

function standingOfKey({ credential, reading }: Read, parts: PoolReportParts): StandingFacts {
  const { engine, now, sites, limits } = parts;
  const { health } = engine;
  const none = { marks: [], windows: [] };
  if (credential.source === 'caller')
    return { ...none, state: 'brought', logins: limits.loginsOf(credential.id) };
  if (reading.state === 'pending')
    return {
      ...none,
      state: 'untried',
      detail: credential.source === 'oauth' ? overToken : undefined,
    };
  if (reading.state !== 'ok')
    return { ...none, state: 'missing', detail: reading.detail, fix: reading.fix };
  const { fingerprint } = reading;
  const { origin, account = fingerprint } = credential;
  const at = { ...(sites.get(origin) ?? { origin, site: origin }), fingerprint };
  const marks = [
    ...health.marksAt(at).filter(({ scope, knownFingerprints: known }) => {
      // whatever model or operation it is for
      const { model: _one, operation: _other, ...rest } = scope;
      return isInside({ ...at, account }, rest) && (known?.includes(fingerprint) ?? true);
    }),
    ...health.refusalsElsewhere(at),
  ].sort((a, b) => b.until - a.until);
  const ofEveryModel = marks.filter(({ scope }) => scope.model === undefined);
  const lastSuccess = health.provenAt(at);
  return {
    fingerprint,
    state: judgeKeyState(ofEveryModel, { isProven: lastSuccess !== undefined, now }),
    ...listMarks(marks, now),
    lastSuccess,
    windows: limits.windowsOf({ ...at, account }),
  };
}

/** Callers may name any model, and each refusal leaves a mark, so the list must be bounded. */
const maxOfModels = 20;

function listMarks(marks: readonly Mark[], now: number): Pick<KeyRow, 'marks' | 'moreMarks'> {
  const ofModels = marks.filter(({ scope }) => scope.model !== undefined);
  const unlisted = ofModels.slice(maxOfModels);
  const listed = marks.filter((mark) => !unlisted.includes(mark));
  return {
    marks: listed.map((mark) => toKeyMark(mark, now)),
    moreMarks: unlisted.length || undefined,
  };
}

function toKeyMark(mark: Mark, now: number): KeyMark {
  const { cause, since, endSetBy, namedUntil, evidence, speaker } = mark;
  const { model, operation } = mark.scope;
  const told = { cause, since, until: endOfMark(mark, now), endSetBy, namedUntil, evidence };
  const spoken = speaker === undefined ? {} : { speaker };
  return { ...told, ...spoken, model, operation, covers: coverOf(mark) };
}

function coverOf({ scope }: Mark): KeyMark['covers'] {
  if (scope.fingerprint !== undefined) return 'key';
  if (scope.account !== undefined) return 'account';
  return scope.site === undefined ? 'origin' : 'site';
}

/**
 * Keys named by config, stored keys, and keys found in the environment are three ranks. A key
 * shadows only those of lower ranks.
 */
function shadowOf({ credential, found }: Read, winner: Read | undefined): string | undefined {
  if (found === undefined || winner === undefined) return undefined;
  const isLower = rankOfSource(credential.source) !== rankOfSource(winner.credential.source);
  return isLower ? winner.found?.foundAt : undefined;
}

/**
 * Returns the sites by origin: those of a provider, and of tasks with their own key or server. A
 * provider without keys has a site too.
 */
export function sitesOfPool(
  { providers, routes }: ResolvedConfig,
  name: string,
): ReadonlyMap<string, SiteAddress> {
  const own = providers.get(name)?.targetFor('any');
  const routed = [...routes.values()].flatMap(({ targets }) =>
    targets.flatMap(({ target }) => (target.pool === name ? [target] : [])),
  );
  const targets = own === undefined ? routed : [own, ...routed];
  const forms = targets.flatMap((target) => [target, ...(target.alternatives ?? [])]);
  return new Map(forms.map(({ origin, site }) => [origin, { origin, site }]));
}
