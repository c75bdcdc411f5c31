/**
 * Finds where a variable that is not set may have been written instead: under another name, or in a
 * `.env` that is not read. Only for what people are told.
 */

import { describeFileFault } from '../../host/file-fault.ts';
import type { Environment, Files } from '../../host.ts';
import { findNearest } from '../schema/nearest.ts';
import { type Dotenv, readDotenv } from './dotenv.ts';

export interface NearPlaces {
  readonly dotenv: Dotenv;
  readonly environment: Environment;
  readonly files: Pick<Files, 'stamp' | 'readText' | 'findFileFault'>;
  /** Whose environment it is. Default: `the environment`. */
  readonly where?: string;
}

/** `taken` are names that other keys have, so they were not meant. */
export function describeNear(
  wanted: readonly string[],
  places: NearPlaces,
  taken: ReadonlySet<string>,
): string | undefined {
  const { dotenv, files } = places;
  if (dotenv.current().unreadable !== undefined) return undefined; // which is told instead
  const fault =
    files.stamp(dotenv.path) === undefined ? files.findFileFault(dotenv.path) : undefined;
  if (fault !== undefined) return `${dotenv.path} cannot be read: ${describeFileFault(fault)}`;
  const candidates = listCandidates(places).filter(({ name }) => !taken.has(name));
  for (const name of wanted) {
    const near = findNear(name, candidates);
    if (near !== undefined) return `${near.place} sets ${near.name}: was ${name} meant?`;
  }
  return wanted.map((name) => findElsewhere(name, places)).find((found) => found !== undefined);
}

interface NamedValue {
  readonly name: string;
  readonly value: string;
  readonly place: string;
}

function listCandidates({
  dotenv,
  environment,
  where = 'the environment',
}: NearPlaces): readonly NamedValue[] {
  const written = [...dotenv.current().variables].map(([name, { value, line }]) => ({
    name,
    value,
    place: `${dotenv.path}:${line}`,
  }));
  const inherited = Object.entries(environment.all()).map(([name, value]) => ({
    name,
    value,
    place: where,
  }));
  return [...written, ...inherited];
}

/** Vendors' names differ by a letter too, so a name that is only similar must hold a key. */
function findNear(name: string, candidates: readonly NamedValue[]): NamedValue | undefined {
  const same = candidates.find((one) => bare(one.name) === bare(name));
  if (same !== undefined) return same;
  const keys = candidates.filter(({ value }) => keyShape.test(value));
  const nearest = findNearest(
    name,
    keys.map((one) => one.name),
  );
  return keys.find((one) => one.name === nearest);
}

/** No vendor's key is shorter. */
const keyShape = /^[\w.-]{16,}$/;

/** Names that differ only in case, or in what stands between words. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Programs that read a `.env` look for it in different folders. */
function findElsewhere(
  name: string,
  { dotenv, environment, files }: NearPlaces,
): string | undefined {
  const home = environment.get('HOME');
  const folders = [environment.get('PWD'), home, home && `${home}/.holdfast`];
  for (const folder of new Set(folders)) {
    const path = `${folder}/.env`;
    if (!folder?.startsWith('/') || path === dotenv.path) continue;
    const found = readDotenv(files, path).variables.get(name);
    if (found !== undefined)
      return `${path}:${found.line} sets it, and is not read: only ${dotenv.path} is`;
  }
  return undefined;
}
