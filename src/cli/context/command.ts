/**
 * Defines a command: its parameters, as data for the parser, the completion and docs/cli.md, and
 * the function that runs it.
 */

import { inOwnWords } from '../../host/program-words.ts';
import {
  type CommandContext,
  type JsonDocument,
  printJson,
  type Terminal,
} from '../terminal/terminal.ts';
import { withFiles } from './with-runtime.ts';

/** Describes an argument or a flag. `T` is the type of its value. */
export interface Param<T> {
  readonly as: 'argument' | 'flag';
  /** Must be one letter, as in `-f`. */
  readonly short?: string;
  /**
   * The placeholder of its value: `<name>` if required, `[name]` if optional. Absent: it has none.
   */
  readonly value?: string;
  readonly summary: string;
  readonly choices?: readonly T[];
  /** Turns the text into the value; throws `InvalidValue`. */
  readonly parse?: (text: string) => T;
  /** The value if it is left out, as `--help` shows it. */
  readonly default?: T;
  /** A flag of the form `--no-NAME`, which switches something off. */
  readonly isNegated?: boolean;
  /** The keys of flags that cannot be combined with it. */
  readonly conflicts?: readonly string[];
}

/** Thrown for an invalid value. The message ends with a full stop. */
export class InvalidValue extends Error {}

export type Args<Params> = {
  readonly [Key in keyof Params]: Params[Key] extends Param<infer T> ? T : never;
};

export interface Command {
  /**
   * Arguments are in their order. A flag's name is made from its key: `dryRun` becomes `--dry-run`.
   */
  readonly params: Readonly<Record<string, Param<unknown>>>;
  /** Exit statuses that have their own meaning for this command. */
  readonly exits?: Readonly<Record<number, string>>;
  readonly example: string;
  /** Said behind each error of its command line. */
  readonly hint?: string;
  /** Returns the exit status. */
  readonly run: (args: Readonly<Record<string, unknown>>, terminal: Terminal) => Promise<number>;
}

/** The result of a command: `json` is printed with `--json`, `out` and `talk` without. */
export interface Printout {
  readonly json: JsonDocument;
  /** `out` is data for stdout, `talk` is for stderr. A list is printed as lines. */
  readonly out?: string | readonly string[];
  readonly talk?: string | readonly string[];
  /** Default: 0. */
  readonly exit?: number;
}

/**
 * Infers the types of the arguments from `params`, and prints what `run` returns. A command that
 * prints on its own returns its exit status instead.
 */
export function createCommand<Params extends Command['params']>(
  command: Omit<Command, 'params' | 'run'> & {
    readonly params: Params;
    readonly run: (
      args: Args<Params>,
      context: CommandContext,
    ) => Promise<number | Printout> | Printout;
  },
): Command {
  const run: Command['run'] = (args, terminal) =>
    withFiles(async (host, paths) => {
      const result = await command.run(parseArgs<Params>(args), { terminal, host, paths });
      return typeof result === 'number'
        ? result
        : printOut(terminal, result, args['json'] === true);
    }, terminal.host);
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
    terminal.out(inOwnWords(joinLines(out)));
    terminal.talk(joinLines(talk));
  }
  return exit;
}

function joinLines(said: string | readonly string[]): string {
  return typeof said === 'string' ? said : said.map((line) => `${line}\n`).join('');
}

/** The parser has already checked each value against its parameter. */
function parseArgs<Params>(args: Readonly<Record<string, unknown>>): Args<Params> {
  return args as Args<Params>;
}

export function required(name: string, summary = ''): Param<string> {
  return { as: 'argument', value: `<${name}>`, summary };
}

export function optionalText(name: string, summary: string): Param<string | undefined> {
  return { as: 'argument', value: `[${name}]`, summary };
}

/** Creates a flag with a text value. */
export function textOption(name: string, summary: string): Param<string | undefined> {
  return { as: 'flag', value: `<${name}>`, summary };
}

/** Creates a flag with one of several words as its value. Without a default it is optional. */
export function choice<Word extends string, Default extends Word | undefined = undefined>(
  name: string,
  summary: string,
  of: { readonly choices: readonly Word[]; readonly default?: Default },
): Param<Word | Default> {
  return { as: 'flag', value: `<${name}>`, summary, ...of };
}

/** Creates a flag with one or more text values. */
export function several(name: string, summary: string): Param<readonly string[] | undefined> {
  return { as: 'flag', value: `<${name}...>`, summary };
}

/** Creates a flag whose text is converted by `parse`. */
export function parsed<T>(
  name: string,
  summary: string,
  parse: (text: string) => T,
): Param<T | undefined> {
  return { as: 'flag', value: `<${name}>`, summary, parse };
}

/** Creates a flag without a value. */
export function toggle(summary: string): Param<boolean> {
  return { as: 'flag', summary };
}

/** Creates a `--no-NAME` flag, which switches off what is on by default. */
export function negated(summary: string): Param<boolean> {
  return { as: 'flag', summary, isNegated: true };
}

export const json: Param<boolean> = toggle('print JSON');

export const dryRun: Param<boolean> = toggle('only show what would be done');

/** The commands about keys share this argument. */
export const keyName: Param<string | undefined> = optionalText(
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

/** Parses `90m`, `12h`, `30d` or `4w` to ms. */
export function parseSpan(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const ms = Number(amount) * (spanUnits[unit] ?? 0);
  if (ms > 0) return ms;
  throw new InvalidValue('a span is a number and a unit: 90m, 12h, 30d, 4w.');
}
