/** `holdfast fallback list|add|remove`: who is asked when the main model, or that of a task, cannot answer. */

import { readTarget } from '../../config/resolve/resolve-targets.ts';
import { formatKeyPath } from '../../config/schema/schema.ts';
import { formatConfigValue, getConfigValue, setConfigValue } from '../../config/yaml/edit.ts';
import { unsetConfigValue } from '../../config/yaml/unset.ts';
import { AccessError } from '../../errors.ts';
import { changeOwnConfig, readConfig, withFiles } from '../own-config.ts';
import { printJson, type Terminal } from '../terminal.ts';

export interface FallbackOptions {
  /** Default: the main route. */
  readonly task?: string;
  readonly json?: boolean;
}

export interface FallbackAddOptions extends FallbackOptions {
  /** At the head of the chain. Default: at its end. */
  readonly first?: boolean;
}

export async function fallbackList(terminal: Terminal, options: FallbackOptions): Promise<number> {
  return withFiles((host, paths) => {
    const text = readConfig(host, paths);
    const chain = readChain(text, options);
    tell(terminal, { options, chain, warnings: [] });
    if (options.json === true) return 0;
    for (const [index, target] of chain.entries()) terminal.out(`${index + 1}  ${target}\n`);
    if (chain.length === 0)
      terminal.talk(
        `nobody is asked after ${nameFirst(text, options)}: holdfast fallback add PROVIDER/MODEL\n`,
      );
    return 0;
  });
}

export async function fallbackAdd(
  terminal: Terminal,
  target: string,
  options: FallbackAddOptions,
): Promise<number> {
  if (readTarget(target) === undefined) {
    throw new AccessError('request-invalid', `"${target}" is not a model`, {
      howToFix: 'write provider/model, such as deepseek/deepseek-flash',
    });
  }
  return changeChain(terminal, options, (text) => {
    const chain = readChain(text, options);
    if (target === nameFirst(text, options)) {
      throw new AccessError('request-invalid', `${target} is asked first already`, {
        howToFix: 'name a model that is asked after it',
      });
    }
    const place = chain.indexOf(target);
    if (place >= 0) return { text, said: `${target} is place ${place + 1} of the chain already` };
    const added = options.first === true ? setWhole(text, options, [target, ...chain]) : append(text, target);
    return {
      text: added,
      said: `${target} is place ${options.first === true ? 1 : chain.length + 1} of the chain`,
    };

    function append(before: string, value: string): string {
      if (chain.length === 0) return setWhole(before, options, [value]);
      return setConfigValue(before, `${keyOf(options)}[${chain.length}]`, JSON.stringify(value));
    }
  });
}

/** By its name, or by its place in the list. */
export async function fallbackRemove(
  terminal: Terminal,
  target: string,
  options: FallbackOptions,
): Promise<number> {
  return changeChain(terminal, options, (text) => {
    const chain = readChain(text, options);
    const index = /^\d+$/.test(target) ? Number(target) - 1 : chain.indexOf(target);
    const name = chain[index];
    if (name === undefined) {
      throw new AccessError('request-invalid', `${target} is not in the chain`, {
        howToFix: chain.length === 0 ? 'the chain is empty' : `in it are: ${chain.join(', ')}`,
      });
    }
    const key = keyOf(options);
    const left = unsetConfigValue(text, chain.length === 1 ? key : `${key}[${index}]`);
    return { text: left, said: `${name} is no longer in the chain` };
  });
}

interface Changed {
  readonly text: string;
  readonly said: string;
}

async function changeChain(
  terminal: Terminal,
  options: FallbackOptions,
  change: (text: string) => Changed,
): Promise<number> {
  return withFiles(async (host, paths) => {
    let said = '';
    const warnings = await changeOwnConfig(host, paths, (before) => {
      const changed = change(before);
      said = changed.said;
      return changed.text;
    });
    tell(terminal, { options, chain: readChain(readConfig(host, paths), options), warnings });
    if (options.json !== true) terminal.talk(`${paths.configFile}: ${said}\n`);
    for (const text of options.json === true ? [] : warnings) terminal.talk(`warning: ${text}\n`);
    return 0;
  });
}

function tell(
  terminal: Terminal,
  {
    options,
    chain,
    warnings,
  }: {
    readonly options: FallbackOptions;
    readonly chain: readonly string[];
    readonly warnings: readonly string[];
  },
): void {
  if (options.json === true)
    printJson(terminal, 'holdfast.fallback/1', { task: options.task ?? 'main', chain, warnings });
}

function keyOf({ task }: FallbackOptions): string {
  return isMain(task) ? 'fallback_chain' : formatKeyPath(['auxiliary', task, 'fallback_chain']);
}

function isMain(task: string | undefined): task is 'main' | undefined {
  return task === undefined || task === 'main';
}

/** What is asked before the chain. */
function nameFirst(text: string, { task }: FallbackOptions): string {
  const main = getConfigValue(text, 'main');
  if (isMain(task)) return main === undefined ? 'the main model, which is not set either' : nameTarget(main);
  const own = ['provider', 'model'].map((key) =>
    getConfigValue(text, formatKeyPath(['auxiliary', task, key])),
  );
  return own.every((part) => typeof part === 'string') ? own.join('/') : `the task ${task}`;
}

function readChain(text: string, options: FallbackOptions): readonly string[] {
  const value = getConfigValue(text, keyOf(options));
  return Array.isArray(value) ? value.map(nameTarget) : [];
}

/** `provider/model`, however it is written. */
function nameTarget(value: unknown): string {
  if (typeof value !== 'object' || value === null) return formatConfigValue(value);
  const { provider, model } = Object(value);
  return `${provider}/${model}`;
}

function setWhole(text: string, options: FallbackOptions, chain: readonly string[]): string {
  return setConfigValue(text, keyOf(options), JSON.stringify(chain));
}
