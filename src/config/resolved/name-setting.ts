/** Says where a setting stands, as people find it again. Pure. */

import type { ResolvedConfig } from './resolved.ts';

type SourcedValues = Pick<ResolvedConfig, 'values'>;

/**
 * Returns `config.yaml:2`; undefined where nobody has set it. The key of a target that is written
 * as `{provider, model}` is that of the whole.
 */
export function placeOfSetting(config: SourcedValues, key: string): string | undefined {
  return findSetting(config, key)?.source;
}

/** Returns `sessions.save (config.yaml:2)`, as it is written; the key where nobody has set it. */
export function nameSetting(config: SourcedValues, key: string): string {
  const source = placeOfSetting(config, key);
  return source === undefined ? key : `${writeSetting(config, key)} (${source})`;
}

/** Returns the key as the file writes it, for a command that changes it. */
export function writeSetting(config: SourcedValues, key: string): string {
  const written = findSetting(config, key)?.key;
  return written?.length === key.length ? written : key;
}

/** Headers are written in any case. */
function findSetting(
  { values }: SourcedValues,
  key: string,
): SourcedValues['values'][number] | undefined {
  const ways = [key, `${key}.model`].map((way) => way.toLowerCase());
  const found =
    values.find(({ key: path }) => path === key) ??
    values.find(({ key: path }) => ways.includes(path.toLowerCase()));
  return found?.source === 'default' ? undefined : found;
}
