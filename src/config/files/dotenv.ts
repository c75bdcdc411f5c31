/** Holdfast's own `.env`: variables with their lines, re-read after every change (law 4). */

import { parseEnv } from 'node:util';
import type { Files, Host } from '../../host.ts';
import type { Fix } from '../../model/fix.ts';
import type { VariableLook } from '../schema/interpolate.ts';
import { type FileContent, TrackedFile } from './tracked-file.ts';
import { findUnclosed, type UnclosedQuote } from './unclosed-quotes.ts';

export interface DotenvVariable {
  readonly value: string;
  readonly line: number;
  /** The line before it that gives the same name another value. */
  readonly hides?: number | undefined;
}

interface MisspeltLine {
  readonly line: number;
  /** The line up to its value. */
  readonly written: string;
}

export type Dotenv = TrackedFile<DotenvContent>;

export interface DotenvContent {
  readonly variables: ReadonlyMap<string, DotenvVariable>;
  /** Lines that name a variable and set nothing. */
  readonly misspelt?: ReadonlyMap<string, MisspeltLine>;
  /** They take in the lines behind them. */
  readonly unclosed?: readonly UnclosedQuote[];
  /** Says why the file cannot be read; absent if it can, or does not exist. */
  readonly unreadable?: string;
  /** What makes it readable; present with `unreadable`. */
  readonly fix?: Fix | undefined;
}

export function lookForVariable(dotenv: Dotenv, name: string): VariableLook {
  const { variables, misspelt, unclosed, unreadable, fix } = dotenv.current();
  const found = variables.get(name);
  const open = unclosed?.find(({ name: own, lost }) => own === name || lost === name);
  if (open !== undefined && (found === undefined || found.line === open.line))
    return {
      state: 'failed',
      why: `${dotenv.path}:${open.line} opens a quotation mark (${open.quote}) that is not closed on that line: close it there`,
    };
  if (found !== undefined) return { state: 'found', ...found };
  if (unreadable !== undefined)
    return {
      state: 'failed',
      why: `${dotenv.path} cannot be read: ${unreadable}`,
      ...(fix && { fix }),
    };
  const wrong = misspelt?.get(name);
  if (wrong === undefined) return { state: 'absent' };
  const place = `${dotenv.path}:${wrong.line}`;
  if (wrong.written.startsWith('#'))
    return { state: 'absent', hint: `${place} has it in a comment: take out the #` };
  const why = `${place} writes "${wrong.written}…", which sets nothing; write ${name}=…`;
  return { state: 'failed', why };
}

/** Windows editors call this encoding Unicode; read as UTF-8, all variables would seem unset. */
const isNoText = 'it holds NUL bytes, as UTF-16 does';

/** A missing file has no variables. */
export function createDotenv(host: Host, path: string): Dotenv {
  return new TrackedFile({ host, path, parse: parseVariables, isSuspect: hasLost });
}

/** Reads a `.env` that is not ours; one that cannot be read has no variables. */
export function readDotenv(
  files: Pick<Files, 'stamp' | 'readText'>,
  path: string,
): Pick<DotenvContent, 'variables'> {
  try {
    if (files.stamp(path) === undefined) return { variables: new Map() };
    return parseVariables({ state: 'text', text: files.readText(path) });
  } catch {
    return { variables: new Map() }; // it was only a guess
  }
}

function parseVariables(content: FileContent): DotenvContent {
  if (content.state === 'absent') return { variables: new Map() };
  if (content.state === 'unreadable')
    return { variables: new Map(), unreadable: content.reason, fix: content.fix };
  if (content.text.includes('\0'))
    return { variables: new Map(), unreadable: isNoText, fix: { text: 'save it as UTF-8' } };
  const text = content.text.replace(/^\uFEFF/, '');
  const lines = findLines(text);
  const variables = Object.entries(parseEnv(text)).map(([name, value = '']) => {
    const [line = 1, ...before] = lines.get(name) ?? [];
    const hides = before.find((one) => hasOther(text, one, { name, value }));
    return [name, { value, line, hides }] as const;
  });
  return {
    variables: new Map(variables),
    misspelt: findMisspelt(text),
    unclosed: findUnclosed(text),
  };
}

/** Forms of YAML, of other shells, and of a line that is commented out. */
const misspeltLine =
  /^\s*((?:#\s*)?(?:export\s+|setx?\s+(?:-\w+\s+)*|\$(?:[eE]nv:)?)?["']?([A-Z][A-Z0-9_]*)["']?(?:\s*[=:]\s*|\s+))[^\s=:]/;
/** Anything else before a name and its `=`: a list's dash, `declare -x`, a keyword. */
const prefixedLine = /^\s*([^#=]*[^\w#=]["']?([A-Z][A-Z0-9_]*)["']?\s*=\s*)[^\s=]/;

function findMisspelt(text: string): ReadonlyMap<string, MisspeltLine> {
  return new Map(
    text.split('\n').flatMap((line, index) => {
      const [, written = '', name] = misspeltLine.exec(line) ?? prefixedLine.exec(line) ?? [];
      const isProse = written.startsWith('#') && !written.includes('=');
      if (name === undefined || isProse) return [];
      return [[name, { line: index + 1, written }]];
    }),
  );
}

/** The last assignment of a name wins, as in `parseEnv`: it comes first. */
function findLines(text: string): ReadonlyMap<string, readonly number[]> {
  const lines = new Map<string, number[]>();
  text.split('\n').forEach((line, index) => {
    const name = /^\s*(?:export\s+)?([^\s=#]+)\s*=/.exec(line)?.[1];
    if (name !== undefined) lines.set(name, [index + 1, ...(lines.get(name) ?? [])]);
  });
  return lines;
}

/** An empty value hides nothing. */
function hasOther(text: string, line: number, { name, value }: { name: string; value: string }) {
  const other = parseEnv(text.split('\n')[line - 1] ?? '')[name] ?? '';
  return other !== '' && other !== value;
}

function hasLost(next: DotenvContent, previous: DotenvContent): boolean {
  if (next.unreadable !== undefined) return true;
  return [...previous.variables.keys()].some((name) => !next.variables.has(name));
}
