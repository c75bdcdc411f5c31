/** Where a variable is set, for Hermes and for us: its managed `.env`, its own `.env`, the environment. Values stay in memory. */

import { wholeVariable } from '../../config/resolve/interpolate.ts';

/** One place in which a variable is set. */
export interface VariableSetting {
  readonly variable: string;
  /** The dotenv file; absent for the environment. */
  readonly file?: string;
  /** `/home/me/.hermes/.env:3 XIAOMI_API_KEY`, `environment XIAOMI_API_KEY`. */
  readonly where: string;
  readonly value: string;
}

/** What stands where a key should: one, what only stands for one, or a reference to a secret manager. */
export function judgeValue(value: string): 'key' | 'placeholder' | 'external' {
  const plain = value.trim().toLowerCase();
  if (/^(op|bw|bws|vault|systemd|keyring):\/\//.test(plain)) return 'external';
  return plain.length < 4 || placeholder.test(plain) ? 'placeholder' : 'key';
}

/** Some of them have been sent to real providers. */
const placeholder =
  /^(\*+|no-key(-required)?|not-needed|changeme|dummy(-key)?|example|placeholder|none|null|your_api_key(_here)?|your-api-key|your_key_here)$/;

/** The variable of a text that is one whole `${VAR}` or `${env:VAR}`. */
export function referenceIn(text: string): string | undefined {
  return wholeVariable(text.replace('${env:', '${'));
}

/** Chains of `${OTHER}` longer than this lead nowhere. */
const longestChain = 5;

export class Variables {
  readonly #inFiles: readonly VariableSetting[];
  readonly #environment: (name: string) => string | undefined;

  /** The settings in files in the order in which they count; all of them come before the environment. */
  constructor(inFiles: readonly VariableSetting[], environment: (name: string) => string | undefined) {
    this.#inFiles = inFiles;
    this.#environment = environment;
  }

  /** Every place that sets it, in the order in which Hermes fills its pool: an empty value counts as unset there too. */
  settings(variable: string): readonly VariableSetting[] {
    const value = this.#environment(variable)?.trim() ?? '';
    const all = [...this.#inFiles, { variable, where: `environment ${variable}`, value }];
    return all.filter((setting) => setting.variable === variable && setting.value !== '');
  }

  /** The setting that counts, after following whole `${OTHER}` values. */
  find(variable: string, depth = 0): VariableSetting | undefined {
    const [setting] = this.settings(variable);
    if (setting === undefined || depth > longestChain) return undefined;
    const other = wholeVariable(setting.value);
    return other === undefined ? setting : this.find(other, depth + 1);
  }

  /** The same, where it is a key and no placeholder. */
  findKey(variable: string): VariableSetting | undefined {
    const setting = this.find(variable);
    return setting !== undefined && judgeValue(setting.value) === 'key' ? setting : undefined;
  }

  /** For values that stand inline and in a file alike. */
  findByValue(value: string): VariableSetting | undefined {
    const keys = this.#inFiles.map(({ variable }) => this.findKey(variable));
    return keys.find((setting) => setting?.value === value.trim());
  }
}
