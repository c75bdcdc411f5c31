/**
 * Finds where a variable that is not set may have been written instead: under another name, or in a
 * `.env` that is not read. Only for what people are told.
 */

import { dirname } from 'node:path';
import { describeFileFault } from '../../host/file-fault.ts';
import { readIfThere } from '../../host/look-at.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Environment, Files } from '../../host.ts';
import type { Fix } from '../../model/fix.ts';
import { findNearest } from '../schema/nearest.ts';
import { type Dotenv, type DotenvContent, readDotenv } from './dotenv.ts';
import { listNames } from './list-names.ts';

export interface NearPlaces {
  readonly dotenv: Dotenv;
  readonly environment: Environment;
  readonly files: Pick<Files, 'stamp' | 'readText' | 'findFileFault' | 'list'>;
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
  const fault = findDotenvFault({ dotenv, files });
  if (fault !== undefined) return `${dotenv.path} cannot be read: ${describeFileFault(fault)}`;
  const candidates = listCandidates(places).filter(({ name }) => !taken.has(name));
  return (
    describeOtherName(wanted, candidates) ??
    wanted.map((name) => findElsewhere(name, places)).find((found) => found !== undefined)
  );
}

/** Why a `.env` that seems to be missing cannot be read: a link to nowhere, a shut folder. */
export function findDotenvFault({ dotenv, files }: Pick<NearPlaces, 'dotenv' | 'files'>): unknown {
  return files.stamp(dotenv.path) === undefined ? files.findFileFault(dotenv.path) : undefined;
}

/** The variable stands there under a name that is nearly the same. */
export function describeOtherName(
  wanted: readonly string[],
  candidates: readonly NamedValue[],
): string | undefined {
  for (const find of [findSame, findSimilar])
    for (const name of wanted) {
      const near = find(name, candidates);
      if (near !== undefined) return `${near.place} sets ${near.name}: was ${name} meant?`;
    }
  return undefined;
}

interface NamedValue {
  readonly name: string;
  readonly value: string;
  readonly place: string;
}

export function listCandidates({
  dotenv,
  environment,
  where = 'the environment',
}: NearPlaces): readonly NamedValue[] {
  const written = listOfFile(dotenv.path, dotenv.current().variables);
  const inherited = Object.entries(environment.all()).map(([name, value]) => ({
    name,
    value,
    place: where,
  }));
  return [...written, ...inherited];
}

export function listOfFile(
  path: string,
  variables: DotenvContent['variables'],
): readonly NamedValue[] {
  return [...variables].map(([name, { value, line }]) => ({
    name,
    value,
    place: `${path}:${line}`,
  }));
}

/** The same words, or a key of the same vendor in other words: `OPENAI_TOKEN`. */
function findSame(name: string, candidates: readonly NamedValue[]): NamedValue | undefined {
  const vendor = vendorOf(name);
  return (
    candidates.find((one) => bare(one.name) === bare(name)) ??
    candidates.find(
      (one) => vendor !== undefined && keyShape.test(one.value) && vendorOf(one.name) === vendor,
    )
  );
}

/** Vendors' names differ by a letter too, so a name that is only similar must hold a key. */
function findSimilar(name: string, candidates: readonly NamedValue[]): NamedValue | undefined {
  const vendor = vendorOf(name);
  const keys = candidates.filter(
    (one) => keyShape.test(one.value) && isNearWord(vendorOf(one.name), vendor),
  );
  const nearest = findNearest(
    name,
    keys.map((one) => one.name),
  );
  return keys.find((one) => one.name === nearest);
}

const keyWords = /(?:API|AUTH|ACCESS|SECRET)*(?:KEY|TOKEN)S?$/;

/** What is left of a key's name without the words for a key. Undefined: it is none, or no more. */
export function vendorOf(name: string): string | undefined {
  const plain = bare(name).toUpperCase();
  const vendor = plain.replace(keyWords, '');
  return vendor === plain || vendor === '' ? undefined : vendor;
}

/** `MIMO` and `GROK` are as near as a mistyped key, and no mistake for each other. */
function isNearWord(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return true;
  return findNearest(one, [other]) !== undefined;
}

/** No vendor's key is shorter. */
const keyShape = /^[\w.-]{16,}$/;

/** Names that differ only in case, or in what stands between words. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function findElsewhere(name: string, places: NearPlaces): string | undefined {
  for (const path of listUnread(places)) {
    const found = readDotenv(places.files, path).variables.get(name);
    if (found !== undefined)
      return `${path}:${found.line} sets it, and is not read: only ${places.dotenv.path} is`;
  }
  return findInStartup(name, places);
}

/** Files that a shell reads when it starts; cron, a service and ssh with a command start none. */
const startupFiles = [
  '.bashrc',
  '.bash_profile',
  '.profile',
  '.zshrc',
  '.zshenv',
  '.zprofile',
  '.config/fish/config.fish',
];

function findInStartup(name: string, { environment, files }: NearPlaces): string | undefined {
  const [home, here] = [environment.get('HOME'), environment.get('PWD')];
  const paths = [
    ...(here?.startsWith('/') ? [`${here}/.envrc`] : []),
    ...(home?.startsWith('/') ? startupFiles.map((file) => `${home}/${file}`) : []),
  ];
  for (const path of paths) {
    const lines = readIfThere(files, path).split('\n');
    const at = lines.findIndex((line) => setsVariable(line, name));
    if (at >= 0)
      return `${path}:${at + 1} sets it, and was not run where this was started: cron, a service and an older shell run none`;
  }
  return undefined;
}

function setsVariable(line: string, name: string): boolean {
  const words = line.trimStart().split(/[\s=]/, 9);
  return /^(export|set|declare|typeset)$/.test(words[0] ?? '') && words.includes(name);
}

/** A file that sets one of `names` and is not read, with the line that has it read. */
export function findUnreadDotenv(
  names: readonly string[],
  places: Omit<NearPlaces, 'where'>,
): { readonly message: string; readonly fix: Fix } | undefined {
  const { dotenv, files } = places;
  for (const path of listUnread(places)) {
    const { variables } = readDotenv(files, path);
    const name = names.find((one) => variables.get(one)?.value.trim());
    if (name === undefined) continue;
    const isMissing = files.stamp(dotenv.path) === undefined;
    const folder = dirname(dotenv.path);
    const command = shellLine`mkdir -p ${folder} && install -m 600 ${path} ${dotenv.path}`;
    return {
      message: `nothing is configured: this file is not there, and ${name} is set only in ${path}, which is not read`,
      fix: isMissing
        ? { text: 'give it the name and the place that are read', command }
        : { text: `write it into ${dotenv.path}` },
    };
  }
  return undefined;
}

/** Programs that read a `.env` look for it in different folders, and people name it otherwise. */
function listUnread({ dotenv, environment, files }: Omit<NearPlaces, 'where'>): readonly string[] {
  const home = environment.get('HOME');
  const folder = dirname(dotenv.path);
  const beside = listNames(files, folder).filter((name) => /^\.?env(\.|$)/i.test(name));
  const others = [environment.get('PWD'), home, home && `${home}/.holdfast`].flatMap((one) =>
    one?.startsWith('/') ? [`${one}/.env`] : [],
  );
  const paths = new Set([...beside.map((name) => `${folder}/${name}`), ...others]);
  paths.delete(dotenv.path);
  return [...paths];
}
