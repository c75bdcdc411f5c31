/**
 * Turns the words after `holdfast` into a running command, by describing each command to commander.
 */

import {
  Argument,
  CommanderError,
  InvalidArgumentError,
  Option,
  Command as Parser,
} from 'commander';
import { version } from '../../version.ts';
import { type Command, InvalidValue, type Param } from '../context/command.ts';
import { mistake } from '../context/mistake.ts';
import {
  describeMeantCommand,
  describeUsageError,
  exitStatuses,
  formatError,
} from '../terminal/exit.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Entries, entries, groups } from './commands.ts';
import { printError } from './print-error.ts';

/** A fixed width, since the help of the whole command is generated ahead (root-help.ts). */
const helpWidth = 80;

/** For a group of commands without one of them. */
const usageExit = 2;

/** Runs the words after `holdfast`, and returns the exit status. */
export async function runWords(terminal: Terminal, words: readonly string[]): Promise<number> {
  let status = 0;
  const settle: Settle = async (outcome) => {
    status = await outcome;
  };
  const root = createRoot(terminal);
  const named = words.filter((word) => !word.startsWith('-'));
  const isShown = words.some((word) => word === '--help' || word === '-h');
  const context = { terminal, settle, named, isShown: isShown || named[0] === 'help' };
  await addEntries(root, entries, context);
  setHeadings(root);
  root
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .helpOption(false)
    .action((line: readonly string[]) => settle(completeLine(terminal, line)));
  try {
    await root.parseAsync([...words], { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (error.code === 'commander.help') return usageExit;
    const { findMeantCommand } = await import('./meant-command.ts');
    const meant = findMeantCommand(words);
    const usage =
      meant === undefined
        ? describeUsageError(error.message, await nameHelp(named))
        : describeMeantCommand(error.message, meant);
    printError(terminal, words, usage);
    terminal.talk(formatError(usage));
    return usage.exit;
  }
}

/** Says how a wrongly called command is called: its own hint, or its help page. */
async function nameHelp(
  named: readonly string[],
  from: Entries = entries,
  path: readonly string[] = ['holdfast'],
): Promise<string> {
  const [name = '', ...rest] = named;
  const content = from[name]?.[1];
  const page = `\`${[...path, ...(content === undefined ? [] : [name])].join(' ')} --help\` shows what there is`;
  if (content === undefined) return page;
  if (typeof content !== 'function') return nameHelp(rest, content, [...path, name]);
  return (await content()).commands[name]?.hint ?? page;
}

/** The last one has commander's own `help` too. */
function setHeadings(root: Parser): void {
  for (const [heading, members] of Object.entries(groups)) {
    root.commandsGroup(`${heading}:`);
    for (const command of root.commands)
      if (Object.hasOwn(members, command.name())) command.helpGroup(`${heading}:`);
  }
}

function createRoot(terminal: Terminal): Parser {
  return new Parser('holdfast')
    .description('Keeps an AI agent attached to its models, and tells you why.')
    .version(version, '-V, --version')
    .showSuggestionAfterError()
    .enablePositionalOptions() // a flag belongs to the command that it follows: `key list --json`
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.talk(text),
      outputError: () => undefined, // said in our own words, with what to do
      getOutHelpWidth: () => helpWidth,
      getErrHelpWidth: () => helpWidth,
    });
}

/** Stores the exit status of the command that ran. */
type Settle = (outcome: Promise<number>) => Promise<void>;

interface ProgramContext {
  readonly terminal: Terminal;
  readonly settle: Settle;
  /** The words that may name a command. */
  readonly named: readonly string[];
  /** For a help page, loads the parameters of commands that are not named. */
  readonly isShown: boolean;
}

/**
 * Adds every command by name. Its file is loaded, and its parameters added, only if it is named or
 * shown.
 */
async function addEntries(parent: Parser, from: Entries, context: ProgramContext): Promise<void> {
  const [first = '', ...named] = context.named;
  const isShown = Object.hasOwn(from, first) ? false : context.isShown || first === '';
  for (const [name, [summary, content]] of Object.entries(from)) {
    const added = parent.command(name).description(summary);
    if (name !== first && !isShown) continue;
    if (typeof content === 'function') addCommand(added, (await content()).commands[name], context);
    else await addGroup(added, content, { ...context, named: name === first ? named : [] });
  }
}

/** Adds the subcommands of one command, and what it does without any. */
async function addGroup(
  parser: Parser,
  { '': own, ...below }: Entries,
  context: ProgramContext,
): Promise<void> {
  const load = own?.[1];
  if (typeof load === 'function')
    addCommand(parser.enablePositionalOptions(), (await load()).commands[''], context);
  await addEntries(parser, below, context);
}

function addCommand(
  parser: Parser,
  command: Command | undefined,
  { terminal, settle }: ProgramContext,
): void {
  if (command === undefined) throw new Error(`the file of ${parser.name()} does not have it`);
  addParam(parser, command);
  parser.addHelpText('after', () => describeUse(command));
  parser.action(() => {
    refuseUnsaid(parser, command);
    return settle(command.run(collectArgs(parser, command), terminal));
  });
}

/**
 * Refuses a value that nobody gave: an empty one, or the option behind it. An argument may begin
 * like an option, behind `--`.
 */
function refuseUnsaid(parser: Parser, { hint = needOne }: Command): void {
  for (const option of parser.options) {
    const value = parser.getOptionValue(option.attributeName());
    const name = `option '${option.flags}'`;
    const behind = [value].flat().find((text) => typeof text === 'string' && /^--\w/.test(text));
    if (behind !== undefined) throw mistake(`${name} has no value before ${behind}`, giveOne);
    refuseEmpty(name, value, giveOne);
  }
  for (const [index, argument] of parser.registeredArguments.entries())
    refuseEmpty(
      `argument '${argument.name()}'`,
      parser.processedArgs[index],
      argument.required ? hint : giveOne,
    );
}

function refuseEmpty(name: string, value: unknown, fix: string): void {
  if ([value].flat().includes('')) throw mistake(`${name} is empty`, fix);
}

const giveOne = 'give it a value, or leave it out';
const needOne = 'give it a value; if a variable stood there, this shell has none of that name';

/** Its own meaning of an exit status stands in the place of the general one. */
function describeUse({ example, exits }: Command): string {
  const statuses = Object.entries({ ...exitStatuses, ...exits });
  const lines = statuses.map(([status, meaning]) => `  ${status.padEnd(4)} ${meaning}`);
  return `\nExample:\n  ${example}\n\nExit status:\n${lines.join('\n')}`;
}

function addParam(parser: Parser, { params }: Command): void {
  for (const [key, param] of Object.entries(params)) {
    if (param.as === 'argument') parser.addArgument(toArgument(param));
    else parser.addOption(toOption(key, param));
  }
}

function toArgument({ value = '', summary, choices }: Param<unknown>): Argument {
  const argument = new Argument(value, summary);
  return choices === undefined ? argument : argument.choices(choices.map(String));
}

function toOption(key: string, param: Param<unknown>): Option {
  const { summary, choices, conflicts, parse } = param;
  const option = new Option(nameFlag(key, param), summary);
  if (choices !== undefined) option.choices(choices.map(String));
  if (conflicts !== undefined) option.conflicts([...conflicts]);
  if (param.default !== undefined) option.default(param.default);
  if (parse !== undefined) option.argParser((text) => parseOrRefuse(parse, text));
  return option;
}

/** Returns `--time-scale <number>`, or with its letter `-f, --follow`. */
export function nameFlag(key: string, { value, isNegated, short }: Param<unknown>): string {
  const words = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const letter = short === undefined ? '' : `-${short}, `;
  return `${letter}--${isNegated === true ? 'no-' : ''}${words}${value === undefined ? '' : ` ${value}`}`;
}

function parseOrRefuse(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof InvalidValue ? new InvalidArgumentError(error.message) : error;
  }
}

/** Returns arguments and flags by their keys; a flag without a value is true or false. */
function collectArgs(parser: Parser, { params }: Command): Readonly<Record<string, unknown>> {
  const all = Object.entries(params);
  const off = all.filter(([, { value }]) => value === undefined).map(([key]) => [key, false]);
  const names = all.filter(([, { as }]) => as === 'argument');
  const words = names.map(([key], index) => [key, parser.processedArgs[index]]);
  return { ...Object.fromEntries([...off, ...words]), ...parser.opts() };
}

/** Loads only the command that is being typed. */
async function completeLine(terminal: Terminal, line: readonly string[]): Promise<number> {
  const root = createRoot(terminal);
  const named = line.slice(1).filter((word) => word !== '' && !word.startsWith('-'));
  const settle: Settle = async () => undefined;
  await addEntries(root, entries, { terminal, settle, named: [...named, '…'], isShown: false });
  return (await import('../commands/complete.ts')).complete(terminal, root, line);
}
