/**
 * Answers "why this key?": every place that was searched for a provider's keys, its content, and
 * the rule that chose one. It reads what a request would read, and sends nothing.
 */

import type { CredentialsFile } from '../config/files/credentials-file.ts';
import { type Dotenv, lookForVariable } from '../config/files/dotenv.ts';
import { lookFor, lookInEnvironment } from '../config/resolve/resolve-context.ts';
import type { ResolvedProvider } from '../config/resolved/resolved.ts';
import { formatKeyPath } from '../config/schema/key-paths.ts';
import { findNearest } from '../config/schema/nearest.ts';
import { shellLine } from '../host/shell-line.ts';
import type { Environment } from '../host.ts';
import type { SecretSource } from '../model/credential.ts';
import type { Fix } from '../model/fix.ts';
import { builtinEntries } from '../providers/builtin.ts';
import type { KeyRow, PoolReport } from './key-report.ts';

/**
 * `used`: requests send it first. `spare`: used if those before it cannot be. `equal`: the same
 * secret as another place. `left-out`: found, but not used. `nothing`: nothing usable was found.
 */
export type PlaceState = 'used' | 'spare' | 'equal' | 'left-out' | 'nothing';

export interface SourcePlace {
  /** Reads like `config.yaml:5 → .env:3`, or `environment XIAOMI_API_KEY`. */
  readonly place: string;
  readonly state: PlaceState;
  /** Absent if no key was found. */
  readonly id?: string;
  readonly fingerprint?: string;
  /** The rule that decided. */
  readonly because: string;
}

export interface SourceReport {
  readonly provider: string;
  readonly places: readonly SourcePlace[];
}

export interface SourceReportParts {
  readonly provider: ResolvedProvider;
  readonly pool: PoolReport;
  readonly dotenv: Dotenv;
  readonly environment: Environment;
}

type AbsencePlaces = Pick<SourceReportParts, 'dotenv' | 'environment'> & {
  readonly credentialsFile: CredentialsFile;
  /** Whose environment that is: `the environment`. */
  readonly where: string;
};

/** Sorted by rank: named by config, stored, `.env`, environment (law 3). */
export function reportSources(parts: SourceReportParts): SourceReport {
  const { provider, pool } = parts;
  const winner = pool.keys.find(({ fingerprint }) => fingerprint !== undefined);
  const found = pool.keys.flatMap((row) => sourcePlacesOf(row, winner));
  return { provider: provider.name, places: [...found, ...unusedVariables(parts)] };
}

function sourcePlacesOf(row: KeyRow, winner: KeyRow | undefined): readonly SourcePlace[] {
  const { id, fingerprint, foundAt: place, alsoAt, detail = 'not set' } = row;
  if (fingerprint === undefined) return [{ place, state: 'nothing', id, because: detail }];
  const isFirst = row === winner;
  const state = isFirst ? 'used' : 'spare';
  const because = isFirst ? (reasons[row.source] ?? ofConfig) : whySpare(row, winner);
  const equal = alsoAt.map((also): SourcePlace => {
    return { place: also, state: 'equal', fingerprint, because: `the same secret as ${place}` };
  });
  return [{ place, state, id, fingerprint, because }, ...equal];
}

const ofConfig = 'what config names comes before stored keys, .env and the environment';
const ofStored = 'config names no usable key; stored keys come next';

/** Why a key of this source is the first. Default: config names it. */
const reasons: Readonly<Partial<Record<SecretSource, string>>> = {
  stored: ofStored,
  oauth: ofStored,
  dotenv: 'neither config nor a stored key comes before it; .env is next',
  env: 'nothing else has a key; the environment comes last',
};

function whySpare({ shadowedBy }: KeyRow, winner: KeyRow | undefined): string {
  if (shadowedBy !== undefined) return `${shadowedBy} outranks it; used when that key cannot be`;
  return `comes after ${winner?.id ?? 'the first'} in the pool`;
}

/** Returns the vendor's known variables that have no key. */
function unusedVariables({
  provider,
  pool,
  dotenv,
  environment,
}: SourceReportParts): readonly SourcePlace[] {
  const taken = new Set(pool.keys.flatMap(({ heldAt }) => heldAt));
  return (provider.keyVariables ?? []).flatMap((variable) => {
    const inFile = lookForVariable(dotenv, variable);
    const place = inFile.state === 'found' ? `.env:${inFile.line}` : `.env ${variable}`;
    const looked = [
      ['dotenv', place, inFile],
      ['env', `environment ${variable}`, lookInEnvironment(environment, variable)],
    ] as const;
    return looked.flatMap(([source, place, look]): readonly SourcePlace[] => {
      if (taken.has(place)) return [];
      if (look.state === 'found')
        return [{ place, state: 'left-out', because: whyLeftOut(provider, source) }];
      const because = look.state === 'failed' ? look.why : 'not set';
      return [{ place, state: 'nothing', because }];
    });
  });
}

/** Says where the key of a provider was looked for, what was found there, and what would count. */
export function describeAbsence(
  { keyVariables = [], ...provider }: ResolvedProvider,
  places: AbsencePlaces,
): { readonly detail: string; readonly fix?: Fix } {
  const { dotenv, credentialsFile, where } = places;
  const { problem } = credentialsFile.current();
  if (problem !== undefined) return { detail: problem };
  const names = keyVariables.join(' or ');
  const looks = keyVariables.map((name) => ({ name, ...lookFor(places, name) }));
  const failed = looks.find((look) => look.state === 'failed');
  if (failed?.state === 'failed')
    return { detail: `${failed.why}; ${where} does not set ${names}` };
  const found = looks.find((look) => look.state === 'found');
  if (found?.state !== 'found') {
    const hints = looks.flatMap((look) => (look.state === 'absent' ? (look.hint ?? []) : []));
    const near = hints[0] ?? findNearName(keyVariables, places);
    const detail = `neither ${dotenv.path} nor ${where} sets ${names}`;
    return { detail: near === undefined ? detail : `${detail}; ${near}` };
  }
  const [source, place] =
    found.line === undefined
      ? (['env', where] as const)
      : (['dotenv', `${dotenv.path}:${found.line}`] as const);
  const detail = `${found.name} is set in ${place} and not used: ${whyLeftOut(provider, source)}`;
  if (provider.ignoredSources?.includes(source) !== true) return { detail };
  const key = formatKeyPath(['providers', provider.name, 'ignore_sources']);
  return { detail, fix: { text: 'use it', command: shellLine`holdfast config unset ${key}` } };
}

/** Finds a key under a name that nothing reads; vendors' names differ by a letter too. */
function findNearName(
  wanted: readonly string[],
  { dotenv, environment, where }: AbsencePlaces,
): string | undefined {
  const known = new Set(builtinEntries.flatMap(({ keyVariables }) => keyVariables));
  const written = [...dotenv.current().variables].map(
    ([name, { value, line }]) => [name, value, `${dotenv.path}:${line}`] as const,
  );
  const inherited = Object.entries(environment.all()).map(
    ([name, value]) => [name, value, where] as const,
  );
  const candidates = [...written, ...inherited].filter(
    ([name, value = '']) => !known.has(name) && keyShape.test(value),
  );
  const names = candidates.map(([name]) => name);
  for (const name of wanted) {
    const nearest = findNearest(name, names);
    const [found, , place] = candidates.find(([one]) => one === nearest) ?? [];
    if (found !== undefined) return `${place} sets ${found}: was ${name} meant?`;
  }
  return undefined;
}

/** No vendor's key is shorter. */
const keyShape = /^[\w.-]{16,}$/;

function whyLeftOut(
  { name, ignoredSources }: Pick<ResolvedProvider, 'name' | 'ignoredSources'>,
  source: 'dotenv' | 'env',
): string {
  return ignoredSources?.includes(source)
    ? `providers.${name}.ignore_sources names ${source}`
    : 'config names this variable already, or it belongs to another origin: `holdfast config check` says which';
}
