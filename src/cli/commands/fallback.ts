/**
 * `holdfast fallback` lists, adds or removes the targets that are asked when the main model, or
 * that of a task, cannot answer.
 */

import { parseTarget } from '../../config/resolve/resolve-targets.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { formatConfigValue, getConfigValue, setConfigValue } from '../../config/yaml/edit.ts';
import { unsetConfigValue } from '../../config/yaml/unset.ts';
import {
  createCommand,
  json,
  type Printout,
  required,
  textOption,
  toggle,
} from '../context/command.ts';
import { mistake } from '../context/mistake.ts';
import { changeOwnConfig, readOwnConfig } from '../context/own-config.ts';
import type { CommandContext } from '../terminal/terminal.ts';

const task = textOption('name', 'the chain of a side task');

export const commands = {
  list: createCommand({
    params: { task, json },
    example: 'holdfast fallback list',
    run: (options, context) => {
      const text = readOwnConfig(context);
      const chain = parseChain(text, options);
      const nobody = `no fallback after ${nameFirst(text, options)}: holdfast fallback add PROVIDER/MODEL`;
      return {
        json: chainAsJson(options, chain, []),
        out: chain.map((target, index) => `${index + 1}  ${target}`),
        talk: chain.length === 0 ? [nobody] : [],
      };
    },
  }),
  add: createCommand({
    params: {
      target: required('target', 'provider/model'),
      first: toggle('at the head of the chain; default: at its end'),
      task,
      json,
    },
    example: 'holdfast fallback add deepseek/deepseek-flash --first',
    run: (options, context) => {
      const { target, first } = options;
      if (parseTarget(target) === undefined)
        throw mistake(
          `"${target}" is not a model`,
          'write provider/model, such as deepseek/deepseek-flash',
        );
      return changeChain(context, options, (text) => {
        const chain = parseChain(text, options);
        if (target === nameFirst(text, options))
          throw mistake(`${target} is asked first already`, 'name a model that is asked after it');
        const place = chain.indexOf(target);
        if (place >= 0)
          return { text, said: `${target} is place ${place + 1} of the chain already` };
        const isWhole = first || chain.length === 0;
        const key = isWhole ? chainPath(options) : `${chainPath(options)}[${chain.length}]`;
        return {
          text: setConfigValue(text, key, JSON.stringify(isWhole ? [target, ...chain] : target)),
          said: `${target} is place ${first ? 1 : chain.length + 1} of the chain`,
        };
      });
    },
  }),
  remove: createCommand({
    params: {
      target: required('target', 'provider/model, or its place in the list'),
      task,
      json,
    },
    example: 'holdfast fallback remove 2',
    run: (options, context) => {
      const { target } = options;
      return changeChain(context, options, (text) => {
        const chain = parseChain(text, options);
        const index = /^\d+$/.test(target) ? Number(target) - 1 : chain.indexOf(target);
        const name = chain[index];
        if (name === undefined)
          throw mistake(
            `${target} is not in the chain`,
            chain.length === 0 ? 'the chain is empty' : `in it are: ${chain.join(', ')}`,
          );
        const key = chainPath(options);
        const left = unsetConfigValue(text, chain.length === 1 ? key : `${key}[${index}]`);
        return { text: left, said: `${name} is no longer in the chain` };
      });
    },
  }),
};

interface FallbackOptions {
  /** Default: the main route. */
  readonly task: string | undefined;
}

interface Changed {
  readonly text: string;
  readonly said: string;
}

async function changeChain(
  context: CommandContext,
  options: FallbackOptions,
  change: (text: string) => Changed,
): Promise<Printout> {
  let said = '';
  const warnings = await changeOwnConfig(context, (before) => {
    const changed = change(before);
    said = changed.said;
    return changed.text;
  });
  return {
    json: chainAsJson(options, parseChain(readOwnConfig(context), options), warnings),
    talk: [`${context.paths.configFile}: ${said}`, ...warnings.map((text) => `warning: ${text}`)],
  };
}

function chainAsJson(
  { task = 'main' }: FallbackOptions,
  chain: readonly string[],
  warnings: readonly string[],
): Printout['json'] {
  return { schema: 'holdfast.fallback/1', task, chain, warnings };
}

function chainPath({ task }: FallbackOptions): string {
  return isMain(task) ? 'fallback_chain' : formatKeyPath(['auxiliary', task, 'fallback_chain']);
}

function isMain(task: string | undefined): task is 'main' | undefined {
  return task === undefined || task === 'main';
}

/** Names the target that comes before the chain. */
function nameFirst(text: string, { task }: FallbackOptions): string {
  const main = getConfigValue(text, 'main');
  if (isMain(task))
    return main === undefined ? 'the main model, which is not set either' : targetText(main);
  const own = ['provider', 'model'].map((key) =>
    getConfigValue(text, formatKeyPath(['auxiliary', task, key])),
  );
  return own.every((part) => typeof part === 'string') ? own.join('/') : `the task ${task}`;
}

function parseChain(text: string, options: FallbackOptions): readonly string[] {
  const value = getConfigValue(text, chainPath(options));
  return Array.isArray(value) ? value.map(targetText) : [];
}

/** Returns `provider/model`, however the config writes it. */
function targetText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return formatConfigValue(value);
  const { provider, model } = Object(value);
  return `${provider}/${model}`;
}
