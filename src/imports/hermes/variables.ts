/**
 * Finds where a variable is set, for Hermes and for us: its managed `.env`, its own `.env`, the
 * environment. Values stay in memory.
 */

import { wholeVariable } from '../../config/schema/interpolate.ts';
import type { CredentialSettings } from '../../config/schema/schema.ts';

/** A place that has, or should have, a key. It includes the key, so it stays in memory. */
export interface KeyPlace {
  /**
   * Names the place for people: `/home/me/.hermes/.env:3 XIAOMI_API_KEY`, `environment
   * XIAOMI_API_KEY`.
   */
  readonly where: string;
  /** Empty if the variable is not set. */
  readonly value: string;
  /** Our config names the key like this. */
  readonly key: CredentialSettings;
  /** Our own search finds it, or it is only reported. Absent: it is written. */
  readonly unwritten?: 'found' | 'seen';
}

/** Tells a key from a placeholder and from a reference to a secret manager. */
export function judgeValue(value: string): 'key' | 'placeholder' | 'external' {
  const plain = value.trim().toLowerCase();
  if (/^(op|bw|bws|vault|systemd|keyring):\/\//.test(plain)) return 'external';
  return plain.length < 4 || placeholder.test(plain) ? 'placeholder' : 'key';
}

/** Some of these were once sent to real providers. */
const placeholder =
  /^(\*+|no-key(-required)?|not-needed|changeme|dummy(-key)?|example|placeholder|none|null|your_api_key(_here)?|your-api-key|your_key_here)$/;

/** Returns the variable of a text that is exactly `${VAR}` or `${env:VAR}`. */
export function referenceIn(text: string): string | undefined {
  return wholeVariable(text.replace('${env:', '${'));
}

/** Describes a variable in a dotenv file, or in the environment. */
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

/** Longer chains of `${OTHER}` are treated as unset. */
const maxChain = 5;

export class Variables {
  /** In order of precedence; all come before the environment. */
  readonly inFiles: readonly KeyPlace[];
  readonly #environment: (name: string) => string | undefined;

  constructor(inFiles: readonly KeyPlace[], environment: (name: string) => string | undefined) {
    this.inFiles = inFiles;
    this.#environment = environment;
  }

  /**
   * Returns every place that sets it, in Hermes's order. An empty value counts as unset in Hermes
   * too.
   */
  settings(variable: string): readonly KeyPlace[] {
    const all = [...this.inFiles, toPlace(variable, this.#environment(variable))];
    return all.filter(({ key, value }) => key.env === variable && value !== '');
  }

  /** Returns the setting in effect, after following `${OTHER}` values. */
  find(variable: string, depth = 0): KeyPlace | undefined {
    const [setting] = this.settings(variable);
    if (setting === undefined || depth > maxChain) return undefined;
    const other = wholeVariable(setting.value);
    return other === undefined ? setting : this.find(other, depth + 1);
  }

  /** Does the same as `find`, but only for a real key. */
  findKey(variable: string): KeyPlace | undefined {
    const setting = this.find(variable);
    return setting !== undefined && judgeValue(setting.value) === 'key' ? setting : undefined;
  }

  /** Matches inline values that also occur in a file. */
  findByValue(value: string): KeyPlace | undefined {
    const keys = this.inFiles.map(({ key }) => this.findKey(key.env ?? ''));
    return keys.find((setting) => setting?.value === value);
  }
}
