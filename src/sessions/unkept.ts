/** Says which settings keep conversations from being there: they are not written, or erased. */

import { type Paths, resolvePaths } from '../config/files/paths.ts';
import { placeOfSetting } from '../config/resolved/name-setting.ts';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import { shellLine } from '../host/shell-line.ts';
import { withoutVariables } from '../host/without-variables.ts';
import type { Host } from '../host.ts';
import type { Fix } from '../model/fix.ts';

export interface Unkept {
  /** For example `sessions.save (config.yaml:2) is false, so no conversation is kept`. */
  readonly what: string;
  readonly fix: Fix;
}

/** A file of conversations that would be read without a variable; undefined if none is there. */
export function findElsewhere(
  { environment, files }: Pick<Host, 'environment' | 'files'>,
  { sessionsFile }: Pick<Paths, 'sessionsFile'>,
): string | undefined {
  const variable = ['HOLDFAST_HOME', 'XDG_STATE_HOME'].find((name) => environment.get(name)) ?? '';
  const usual = resolvePaths(withoutVariables(environment, variable)).sessionsFile;
  if (usual === sessionsFile || files.stamp(usual) === undefined) return undefined;
  return `${usual} is not read: ${variable} has ${sessionsFile} read in its place`;
}

type SessionConfig = Pick<ResolvedConfig, 'sessions' | 'values'>;

/** Undefined where conversations are written. */
export function findUnkept(config: SessionConfig): Unkept | undefined {
  const place = placeOfSetting(config, 'sessions.save');
  if (config.sessions.save || place === undefined) return undefined;
  return {
    what: `sessions.save (${place}) is false, so no conversation is kept`,
    fix: {
      text: 'keep those from now on',
      command: shellLine`holdfast config set sessions.save true`,
    },
  };
}

/** Why one that was there may be gone. Empty where nobody has set it. */
export function describeErased(config: SessionConfig): string {
  const named = ['sessions.keep', 'sessions.max_bytes'].flatMap((key) => {
    const place = placeOfSetting(config, key);
    return place === undefined ? [] : [`${key} (${place})`];
  });
  return named.length === 0 ? '' : `older ones are erased, as ${named.join(' and ')} says`;
}
