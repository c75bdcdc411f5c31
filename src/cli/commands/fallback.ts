/**
 * `holdfast fallback` lists, adds or removes the targets that are asked when the main model, or
 * that of a task, cannot answer.
 */

import { unsetConfigValue } from '../../config/yaml/unset.ts';
import {
  addToChain,
  type ChainOptions,
  type ChangedChain,
  chainPath,
  nameFirst,
  parseChain,
} from '../context/chain.ts';
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

const task = textOption('name', 'use the chain of this side task');

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
    run: (options, context) =>
      changeChain(context, options, (text) => addToChain(text, options.target, options)),
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

async function changeChain(
  context: CommandContext,
  options: ChainOptions,
  change: (text: string) => ChangedChain,
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
  { task = 'main' }: ChainOptions,
  chain: readonly string[],
  warnings: readonly string[],
): Printout['json'] {
  return { schema: 'holdfast.fallback/1', task, chain, warnings };
}
