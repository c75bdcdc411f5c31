/** Reads and changes the fallback chain of a config text. Pure. */

import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { target as targetSchema } from '../../config/schema/provider-schema.ts';
import { complainOfTarget } from '../../config/schema/schema-issues.ts';
import { formatConfigValue, getConfigValue, setConfigValue } from '../../config/yaml/edit.ts';
import { shellLine } from '../../host/shell-line.ts';
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
  requireTarget(target);
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

/** Whoever mistypes it hears what the configuration would say, as a line. */
function requireTarget(written: string): void {
  if (targetSchema.safeParse(written).success) return;
  const { message, fix = '', typo } = complainOfTarget(['fallback_chain'], written);
  const { meant } = typo ?? {};
  if (meant === undefined) throw mistake(message, fix);
  const command = shellLine`holdfast fallback add ${meant}`;
  throw mistake(message, { text: `where ${meant} was meant`, command });
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
