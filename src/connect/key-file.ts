/**
 * Writes the gateway's key to the file that an agent reads its secrets from. The key is never
 * shown.
 */

import type { ConfigBefore } from '../imports/write-config.ts';
import { applyOrRefuse, formatOf } from './apply-settings.ts';
import { listOwnValues } from './own-values.ts';
import type { PlannedFile } from './planned-file.ts';
import type { SecretsFile } from './settings.ts';

/** Only its owner reads a file with a key in it. */
const ownerOnly = 0o600;

/** The present file, the key, and the command that prints the key. */
interface KnownLine {
  readonly before: ConfigBefore | undefined;
  /** Undefined if the key does not exist yet and the plan is only shown. */
  readonly key: string | undefined;
  readonly keyLine: string;
}

/** Throws `local-fault` if the key cannot be written to the file safely. */
export function planKeyFile(
  { path, variable }: SecretsFile,
  known: KnownLine,
): Omit<PlannedFile, 'keyCommand'> {
  const { before, key, keyLine } = known;
  const row = { path, set: { [variable]: key ?? '' } };
  const byHand = `put ${variable} there by hand, with what \`${keyLine}\` prints`;
  const after = applyOrRefuse(before?.text, row, byHand);
  const place = `<what \`${keyLine}\` prints>`;
  const settings =
    formatOf(path) === 'json' ? `{ "${variable}": "${place}" }\n` : `${variable}=${place}\n`;
  const isThere = key !== undefined && after === before?.text;
  const changes = [...showMode(before), ...(isThere ? [] : [`+${settings.trimEnd()}`])];
  const head = `--- ${before === undefined ? '/dev/null' : path}\n+++ ${path}\n`;
  return {
    path,
    before,
    after,
    mode: ownerOnly,
    settings,
    values: listOwnValues(row),
    diff: changes.length === 0 ? '' : `${head}${changes.join('\n')}\n`,
  };
}

function showMode(before: ConfigBefore | undefined): readonly string[] {
  if (before === undefined || before.mode === ownerOnly) return [];
  return [`old mode ${before.mode.toString(8)}`, `new mode ${ownerOnly.toString(8)}`];
}
