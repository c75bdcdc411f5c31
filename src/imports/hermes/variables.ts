/** Where a variable is set, for Hermes and for us: its managed `.env`, its own `.env`, the environment. Values stay in memory. */

import type { DotenvVariable } from '../../config/files/dotenv.ts';
import { wholeVariable } from '../../config/resolve/interpolate.ts';

/** A dotenv file of Hermes. */
export interface VariableFile {
  readonly path: string;
  readonly variables: ReadonlyMap<string, DotenvVariable>;
}

/** One place in which a variable is set. */
export interface VariableSetting {
  readonly variable: string;
  readonly place: 'managed' | 'dotenv' | 'environment';
  /** The dotenv file; absent for the environment. */
  readonly file?: string;
  /** `/home/me/.hermes/.env:3 XIAOMI_API_KEY`, `environment XIAOMI_API_KEY`. */
  readonly where: string;
  readonly value: string;
}

/** What a variable stands for. */
export type VariableFinding =
  | { readonly state: 'found'; readonly setting: VariableSetting }
  | { readonly state: 'unset' }
  | { readonly state: 'placeholder'; readonly setting: VariableSetting }
  | { readonly state: 'external'; readonly setting: VariableSetting };

/** Values that stand for no key; some of them have been sent to real providers. */
const placeholders: ReadonlySet<string> = new Set([
  'no-key-required',
  'no-key',
  'not-needed',
  'changeme',
  'dummy',
  'dummy-key',
  'example',
  'placeholder',
  'none',
  'null',
  'your_api_key',
  'your_api_key_here',
  'your-api-key',
  'your_key_here',
]);

export function isPlaceholder(value: string): boolean {
  const plain = value.trim().toLowerCase();
  return plain.length < 4 || placeholders.has(plain) || /^\*+$/.test(plain);
}

/** A reference to a secret manager instead of a secret. */
export function isExternalReference(value: string): boolean {
  return /^(op|bw|bws|vault|systemd|keyring):\/\//.test(value.trim());
}

/** Chains of `${OTHER}` longer than this lead nowhere. */
const longestChain = 5;

export class Variables {
  readonly #files: readonly (VariableFile & { readonly place: 'managed' | 'dotenv' })[];
  readonly #environment: (name: string) => string | undefined;

  constructor(
    files: { readonly managed?: VariableFile | undefined; readonly own: VariableFile },
    environment: (name: string) => string | undefined,
  ) {
    const managed = files.managed === undefined ? [] : [{ ...files.managed, place: 'managed' as const }];
    this.#files = [...managed, { ...files.own, place: 'dotenv' }];
    this.#environment = environment;
  }

  /** Every place that sets it, in the order in which Hermes fills its pool: an empty value counts as unset there too. */
  settings(variable: string): readonly VariableSetting[] {
    const inFiles = this.#files.flatMap(({ path, variables, place }) => {
      const found = variables.get(variable);
      if (found === undefined || found.value.trim() === '') return [];
      const where = `${path}:${found.line} ${variable}`;
      return [{ variable, place, file: path, where, value: found.value.trim() }];
    });
    const value = this.#environment(variable)?.trim();
    if (!value) return inFiles;
    const where = `environment ${variable}`;
    return [...inFiles, { variable, place: 'environment', where, value }];
  }

  /** The setting that counts, after following whole `${OTHER}` values. */
  find(variable: string, depth = 0): VariableFinding {
    const [setting] = this.settings(variable);
    if (setting === undefined || depth > longestChain) return { state: 'unset' };
    const other = wholeVariable(setting.value);
    if (other !== undefined) return this.find(other, depth + 1);
    if (isExternalReference(setting.value)) return { state: 'external', setting };
    return isPlaceholder(setting.value) ? { state: 'placeholder', setting } : { state: 'found', setting };
  }

  /** Every variable of the files, for values that stand inline and in a file alike. */
  findByValue(value: string): VariableSetting | undefined {
    const names = this.#files.flatMap(({ variables }) => [...variables.keys()]);
    return names
      .map((name) => this.find(name))
      .flatMap((found) => (found.state === 'found' ? [found.setting] : []))
      .find((setting) => setting.value === value.trim());
  }
}
