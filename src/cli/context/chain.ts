/** Reads and changes the fallback chain of a config text. Pure. */

import { parseTarget } from '../../config/resolve/resolve-targets.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { formatConfigValue, getConfigValue, setConfigValue } from '../../config/yaml/edit.ts';
import { mistake } from './mistake.ts';

export interface ChainOptions {
  /** Default: the main route. */
  readonly task: string | undefined;
}

export interface ChangedChain {
  readonly text: string;
  readonly said: string;
}

/** `first` puts the target at the head of the chain. Default: at its end. */
export function addToChain(
  text: string,
  target: string,
  { first = false, ...options }: ChainOptions & { readonly first?: boolean },
): ChangedChain {
  if (parseTarget(target) === undefined)
    throw mistake(
      `"${target}" is not a model`,
      'write provider/model, such as deepseek/deepseek-flash',
    );
  const chain = parseChain(text, options);
  if (target === nameFirst(text, options))
    throw mistake(`${target} is asked first already`, 'name a model that is asked after it');
  const place = chain.indexOf(target);
  if (place >= 0) return { text, said: `${target} is place ${place + 1} of the chain already` };
  const isWhole = first || chain.length === 0;
  const key = isWhole ? chainPath(options) : `${chainPath(options)}[${chain.length}]`;
  return {
    text: setConfigValue(text, key, JSON.stringify(isWhole ? [target, ...chain] : target)),
    said: `${target} is place ${first ? 1 : chain.length + 1} of the chain`,
  };
}

export function chainPath({ task }: ChainOptions): string {
  return isMain(task) ? 'fallback_chain' : formatKeyPath(['auxiliary', task, 'fallback_chain']);
}

function isMain(task: string | undefined): task is 'main' | undefined {
  return task === undefined || task === 'main';
}

/** Names the target that comes before the chain. */
export function nameFirst(text: string, { task }: ChainOptions): string {
  const main = getConfigValue(text, 'main');
  if (isMain(task))
    return main === undefined ? 'the main model, which is not set either' : targetText(main);
  const own = ['provider', 'model'].map((key) =>
    getConfigValue(text, formatKeyPath(['auxiliary', task, key])),
  );
  return own.every((part) => typeof part === 'string') ? own.join('/') : `the task ${task}`;
}

export function parseChain(text: string, options: ChainOptions): readonly string[] {
  const value = getConfigValue(text, chainPath(options));
  return Array.isArray(value) ? value.map(targetText) : [];
}

/** Returns `provider/model`, however the config writes it. */
function targetText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return formatConfigValue(value);
  const { provider, model } = Object(value);
  return `${provider}/${model}`;
}
