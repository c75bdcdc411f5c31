/**
 * What a command is: what it takes, as data for the parser, the completion and docs/cli.md, and
 * what it does.
 */

import {
  type CommandScene,
  type JsonDocument,
  printJson,
  type Terminal,
} from '../terminal/terminal.ts';
import { withFiles } from './with-runtime.ts';

/** An argument or a flag. The type is that of what it gives the command. */
export interface Taken<T> {
  readonly as: 'argument' | 'flag';
  /** One letter, as in `-f`. */
  readonly short?: string;
  /**
   * What stands for its value: `<name>` where there must be one, `[name]` where there may. Absent:
   * it has none.
   */
  readonly value?: string;
  readonly says: string;
  readonly choices?: readonly T[];
  /** Turns the text into the value; throws `InvalidValue`. */
  readonly parse?: (text: string) => T;
  /** What it gives where nothing is said, as `--help` shows it. */
  readonly default?: T;
  /** A flag that takes away: `--no-NAME`. */
  readonly isNegated?: boolean;
  /** Flags that make no sense beside it, by their keys. */
  readonly conflicts?: readonly string[];
}

/** A value that a flag does not take. The message ends with a full stop. */
export class InvalidValue extends Error {}

export type Given<Takes> = {
  readonly [Key in keyof Takes]: Takes[Key] extends Taken<infer T> ? T : never;
};

export interface Command {
  /** Arguments in their order; a flag is called as its key: `dryRun` is `--dry-run`. */
  readonly takes: Readonly<Record<string, Taken<unknown>>>;
  /** Exit statuses that mean something of its own here. */
  readonly exits?: Readonly<Record<number, string>>;
  readonly example: string;
  /** Returns the exit status. */
  readonly run: (given: Readonly<Record<string, unknown>>, terminal: Terminal) => Promise<number>;
}

/** What a command says at its end: `json` with `--json`, else the words. */
export interface Printout {
  readonly json: JsonDocument;
  /** A text as it is, or lines: data to stdout, talk to stderr. */
  readonly out?: string | readonly string[];
  readonly talk?: string | readonly string[];
  /** Default: 0. */
  readonly exit?: number;
}

/**
 * Types what the command is given by what it takes, and prints what it tells; one that has printed
 * all itself returns its exit status.
 */
export function createCommand<Takes extends Command['takes']>(
  command: Omit<Command, 'takes' | 'run'> & {
    readonly takes: Takes;
    readonly run: (
      given: Given<Takes>,
      scene: CommandScene,
    ) => Promise<number | Printout> | Printout;
  },
): Command {
  const run: Command['run'] = (given, terminal) =>
    withFiles(async (host, paths) => {
      const told = await command.run(parseGiven<Takes>(given), { terminal, host, paths });
      return typeof told === 'number' ? told : printOut(terminal, told, given['json'] === true);
    });
  return { ...command, run };
}

/** Returns the exit status. */
export function printOut(
  terminal: Terminal,
  { json, out = '', talk = '', exit = 0 }: Printout,
  isJson: boolean,
): number {
  if (isJson) printJson(terminal, json);
  else {
    terminal.out(joinLines(out));
    terminal.talk(joinLines(talk));
  }
  return exit;
}

function joinLines(said: string | readonly string[]): string {
  return typeof said === 'string' ? said : said.map((line) => `${line}\n`).join('');
}

/** The parser has judged each value by what the command takes. */
function parseGiven<Takes>(given: Readonly<Record<string, unknown>>): Given<Takes> {
  return given as Given<Takes>;
}

export function required(name: string, says = ''): Taken<string> {
  return { as: 'argument', value: `<${name}>`, says };
}

export function optionalText(name: string, says: string): Taken<string | undefined> {
  return { as: 'argument', value: `[${name}]`, says };
}

/** A flag with a text behind it. */
export function textOption(name: string, says: string): Taken<string | undefined> {
  return { as: 'flag', value: `<${name}>`, says };
}

/** A flag with one of some words behind it; without a default it may be left out. */
export function choice<Word extends string, Default extends Word | undefined = undefined>(
  name: string,
  says: string,
  of: { readonly choices: readonly Word[]; readonly default?: Default },
): Taken<Word | Default> {
  return { as: 'flag', value: `<${name}>`, says, ...of };
}

/** A flag with one or several texts behind it. */
export function several(name: string, says: string): Taken<readonly string[] | undefined> {
  return { as: 'flag', value: `<${name}...>`, says };
}

/** A flag whose text is read by `parse`. */
export function parsed<T>(
  name: string,
  says: string,
  parse: (text: string) => T,
): Taken<T | undefined> {
  return { as: 'flag', value: `<${name}>`, says, parse };
}

/** A flag that is there or is not. */
export function toggle(says: string): Taken<boolean | undefined> {
  return { as: 'flag', says };
}

/** A flag that takes away what is so without it: `--no-NAME`. */
export function negated(says: string): Taken<boolean> {
  return { as: 'flag', says, isNegated: true };
}

export const json: Taken<boolean | undefined> = toggle('print JSON');

export const dryRun: Taken<boolean | undefined> = toggle('say what would be done');

/** What the commands about keys look for. */
export const keyName: Taken<string | undefined> = optionalText(
  'name',
  'a provider, or the id or label of a key',
);

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidValue('a port is a whole number from 0 to 65535.');
}

export function parsePositive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidValue('it must be a number above 0.');
}

const spanUnits: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `90m`, `12h`, `30d`, `4w`, in ms. */
export function parseSpan(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const ms = Number(amount) * (spanUnits[unit] ?? 0);
  if (ms > 0) return ms;
  throw new InvalidValue('a span is a number and a unit: 90m, 12h, 30d, 4w.');
}
