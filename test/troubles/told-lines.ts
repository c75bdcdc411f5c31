/**
 * Collects every line that is told, checks that the program itself reads it, and plays it as a
 * person would: the home is put back afterwards.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandNames } from '../../src/host/program-words.ts';
import { splitCommands } from '../../src/host/quote-word.ts';
import type { CommandStage, Printed } from '../fakes/command-stage.ts';
import { hasPlaceholder } from './play.ts';

export interface ToldTrouble {
  readonly what: string;
  readonly severity: string;
  readonly evidence: readonly string[];
  readonly fix?: { readonly text: string; readonly command?: string };
}

export async function examine(stage: CommandStage): Promise<readonly ToldTrouble[]> {
  const { out, talk } = await stage.run(['doctor', '--json']);
  try {
    return JSON.parse(out).troubles ?? [];
  } catch (cause) {
    throw new Error(`doctor printed no JSON: ${out}${talk}`, { cause });
  }
}

/** Programs of the system that change no more than files of the home. */
const harmless = /^(chmod|mv|mkdir|rm|touch|sed|install|cp)$/;

/** Undefined where nothing here can play it. Else how its last command ended. */
async function playLine(
  stage: CommandStage,
  line: string,
  typed: string,
): Promise<Printed | undefined> {
  const done: Printed = { status: 0, out: '', talk: '' };
  let last = done;
  for (const part of line.split(/ && |; /)) {
    const [words = []] = splitCommands(part);
    const [program = '', ...rest] = words;
    if (program === 'export') {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(rest.join(' ')) ?? [];
      stage.host.setEnvironment(name, await readValue(stage, value));
    } else if (program === 'unset')
      for (const name of rest) stage.host.setEnvironment(name, undefined);
    else if (program === 'holdfast') last = await stage.run(rest, `${typed}\n`);
    else if (harmless.test(program) && part.includes(stage.home))
      execFileSync('sh', ['-c', part], { cwd: stage.home });
    else return undefined;
  }
  return last;
}

/** A value may be the output of a command of ours. */
async function readValue(stage: CommandStage, value: string): Promise<string> {
  const [, words] = /^"?\$\(holdfast (.*)\)"?$/.exec(value) ?? [];
  return words === undefined ? value : (await stage.run(words.split(' '))).out.trim();
}

/** Runs `use`, and puts the files and the variables of the home back. */
async function onCopy<T>(
  stage: CommandStage,
  variables: Readonly<Record<string, string | undefined>>,
  use: () => Promise<T>,
): Promise<T> {
  const aside = mkdtempSync(join(tmpdir(), 'holdfast-aside-'));
  cpSync(stage.home, aside, { recursive: true, preserveTimestamps: true });
  try {
    return await use();
  } finally {
    rmSync(stage.home, { recursive: true });
    cpSync(aside, stage.home, { recursive: true, preserveTimestamps: true });
    rmSync(aside, { recursive: true });
    for (const [name, value] of Object.entries(variables)) stage.host.setEnvironment(name, value);
  }
}

/** Commands in a sentence that change something, with their words. */
const changing =
  /holdfast (?:config (?:set|unset)|auth (?:add|reset)|fallback add|key (?:set|add|revoke)) (?:'[^']*'|[^\s,;()']+)(?: (?:'[^']*'|--?[\w-]+|(?<=config set \S+ )[^\s,;()']+))*/g;

/** Each is carried out as it stands there. */
export async function judgeProse(
  stage: CommandStage,
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const lines = new Set([...text.matchAll(changing)].map(([line]) => line.replace(/[.:]$/, '')));
  const found = [];
  for (const line of lines) {
    if (hasPlaceholder(line)) continue;
    const printed = await onCopy(stage, variables, () =>
      playLine(stage, line, 'sk-test-fresh-0123456789abcdef'),
    );
    if (printed !== undefined && printed.status !== 0)
      found.push(
        `"${line}" ends with ${printed.status}: ${printed.talk.split('\n').slice(0, 2).join(' ')}`,
      );
  }
  return found;
}

const inProse = new RegExp(`holdfast (?:${commandNames})(?: [\\w./:<>-]+)*`, 'g');

/** What the program does not know of a command in a sentence: its name, or an option. */
export async function findUnknown(stage: CommandStage, text: string): Promise<readonly string[]> {
  const found = [];
  for (const [line] of text.matchAll(inProse)) {
    const words = line.split(' ').slice(1);
    const group = words.slice(0, 1);
    const { out: help } = await stage.run([...group, '--help']);
    const isGroup = /^Commands:/m.test(help);
    const verb = words[1] ?? '';
    if (
      isGroup &&
      verb !== '' &&
      !/^key /.test(line.slice('holdfast '.length)) &&
      !new RegExp(`^  ${verb}\\b`, 'm').test(help)
    )
      found.push(`${line}: holdfast ${group} has no ${verb}`);
    const own =
      isGroup && verb !== '' ? await stage.run([...group, verb, '--help']) : { out: help };
    for (const option of words.filter((word) => word.startsWith('--')))
      if (!own.out.includes(option)) found.push(`${line}: there is no ${option}`);
  }
  return found;
}

/** A line may move, and times pass. */
function nameTold({ what }: Pick<ToldTrouble, 'what'>): string {
  return what
    .replace(/^.* cannot be answered: /, '')
    .replaceAll(/:\d+/g, '')
    .replaceAll(/\d+ (ms|s|min|h)\b/g, '');
}

/** Commands that only show, or ask once more. */
const looks =
  /^holdfast (why|explain|doctor|auth (list|test)|models|ask|logs|tasks|config (check|edit|path)|serve|key$)/;

export async function judgeLine(
  stage: CommandStage,
  trouble: ToldTrouble,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const { command } = trouble.fix ?? {};
  if (command === undefined) return [];
  if (hasPlaceholder(command.replaceAll(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+/g, '')))
    return [`a placeholder: ${command}`];
  if (looks.test(command)) return [];
  return onCopy(stage, variables, async () => {
    const printed = await playLine(stage, command, 'sk-test-fresh-0123456789abcdef').catch(
      (error: unknown) => ({ status: 99, out: '', talk: String(error) }),
    );
    if (printed === undefined) return [];
    if (printed.status !== 0)
      return [
        `"${command}" ends with ${printed.status}: ${printed.talk.split('\n').slice(0, 2).join(' ')} (of: ${trouble.what})`,
      ];
    const left = await examine(stage);
    return left.some((one) => nameTold(one) === nameTold(trouble))
      ? [`after "${command}" it is still told: ${trouble.what}`]
      : [];
  });
}
