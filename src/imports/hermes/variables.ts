/**
 * Where a variable is set, for Hermes and for us: its managed `.env`, its own `.env`, the
 * environment. Values stay in memory.
 */

import { wholeVariable } from '../../config/schema/interpolate.ts';
import type { CredentialSettings } from '../../config/schema/schema.ts';

/** A place that holds a key, or should. Holds the key: it stays in memory. */
export interface KeyPlace {
  /** `/home/me/.hermes/.env:3 XIAOMI_API_KEY`, `environment XIAOMI_API_KEY`. */
  readonly where: string;
  /** Empty while the variable is not set. */
  readonly value: string;
  /** How config of ours names it. */
  readonly key: CredentialSettings;
  /** Why it is not written: we find it by ourselves, or it is only there. Absent: it is. */
  readonly unwritten?: 'found' | 'seen';
}

/**
 * What stands where a key should: one, what only stands for one, or a reference to a secret
 * manager.
 */
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

/** A variable in a dotenv file, or in the environment. */
export function toPlace(
  env: string,
  value = '',
  file?: { readonly path: string; readonly line: number },
): KeyPlace {
  const where = file === undefined ? `environment ${env}` : `${file.path}:${file.line} ${env}`;
  return {
    where,
    value: value.trim(),
    key: { label: env, env, ...(file && { env_file: file.path }) },
  };
}

/** Chains of `${OTHER}` longer than this lead nowhere. */
const longestChain = 5;

export class Variables {
  /** In the order in which they count; all of them come before the environment. */
  readonly inFiles: readonly KeyPlace[];
  readonly #environment: (name: string) => string | undefined;

  constructor(inFiles: readonly KeyPlace[], environment: (name: string) => string | undefined) {
    this.inFiles = inFiles;
    this.#environment = environment;
  }

  /**
   * Every place that sets it, in the order in which Hermes fills its pool: an empty value counts as
   * unset there too.
   */
  settings(variable: string): readonly KeyPlace[] {
    const all = [...this.inFiles, toPlace(variable, this.#environment(variable))];
    return all.filter(({ key, value }) => key.env === variable && value !== '');
  }

  /** The setting that counts, after following whole `${OTHER}` values. */
  find(variable: string, depth = 0): KeyPlace | undefined {
    const [setting] = this.settings(variable);
    if (setting === undefined || depth > longestChain) return undefined;
    const other = wholeVariable(setting.value);
    return other === undefined ? setting : this.find(other, depth + 1);
  }

  /** The same, where it is a key and no placeholder. */
  findKey(variable: string): KeyPlace | undefined {
    const setting = this.find(variable);
    return setting !== undefined && judgeValue(setting.value) === 'key' ? setting : undefined;
  }

  /** For values that stand inline and in a file alike. */
  findByValue(value: string): KeyPlace | undefined {
    const keys = this.inFiles.map(({ key }) => this.findKey(key.env ?? ''));
    return keys.find((setting) => setting?.value === value);
  }
}
