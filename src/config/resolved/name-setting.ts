/** Says where a setting stands, as people find it again. Pure. */

import type { ResolvedConfig } from './resolved.ts';

type SourcedValues = Pick<ResolvedConfig, 'values'>;

/**
 * Returns `config.yaml:2`; undefined where nobody has set it. The key of a target that is written
 * as `{provider, model}` is that of the whole.
 */
export function placeOfSetting({ values }: SourcedValues, key: string): string | undefined {
  const source = values.find(({ key: path }) => path === key || path === `${key}.model`)?.source;
  return source === 'default' ? undefined : source;
}

/** Returns `sessions.save (config.yaml:2)`, or the key alone where nobody has set it. */
export function nameSetting(config: SourcedValues, key: string): string {
  const place = placeOfSetting(config, key);
  return place === undefined ? key : `${key} (${place})`;
}
