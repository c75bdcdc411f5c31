/**
 * Plans how to connect an agent: reads each file, applies the settings, and computes the diff. It
 * writes nothing.
 */

import { AccessError } from '../errors.ts';
import type { Files } from '../host.ts';
import { unifiedDiff } from '../imports/unified-diff.ts';
import { type ConfigBefore, readBefore } from '../imports/write-config.ts';
import type { ShellLine } from '../model/fix.ts';
import { applyOrRefuse, applySettings, findRival } from './apply-settings.ts';
import { planKeyFile } from './key-file.ts';
import { listOwnValues } from './own-values.ts';
import type { PlannedFile } from './planned-file.ts';
import type { Agent, FileRow, GatewayAddress, UserHome } from './settings.ts';

export interface ConnectPlan {
  readonly files: readonly PlannedFile[];
  /** What the files have and outranks ours. */
  readonly rivals: readonly Rival[];
  /** The same in other files that the agent reads over these, here or on the whole machine. */
  readonly above: readonly Rival[];
  readonly shell: readonly ShellLine[];
  readonly notes: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
}

/** A setting that outranks one of ours, and its file. */
export interface Rival {
  readonly path: string;
  readonly key: string;
}

export interface ConnectPlanContext {
  readonly gateway: GatewayAddress;
  readonly user: UserHome;
  readonly files: Files;
  /** The gateway's key; undefined if there is none yet. */
  readonly key: string | undefined;
  /** With the agent's own login, which `Agent.login` has. Default: with our key alone. */
  readonly withLogin?: boolean | undefined;
}

/** Throws `local-fault` for a file that cannot be changed safely. */
export function planConnection(
  agent: Agent,
  { gateway, user, files, key, withLogin = false }: ConnectPlanContext,
): ConnectPlan {
  const how = (withLogin ? agent.login : undefined) ?? agent;
  const connection = how.connect(gateway, agent.folder?.(user) ?? '', user);
  const { files: rows = [], secretsFile, shell = [], notes = [], aliases = {} } = connection;
  const known = secretsFile && {
    before: readSettings(files, secretsFile.path),
    key,
    keyLine: gateway.keyLine,
  };
  const { keyCommand } = gateway;
  // first, since it says what is wrong with a file that cannot be read
  const planned = [
    ...rows.map((file) => planFile(files, file)),
    ...(known ? [planKeyFile(secretsFile, known)] : []),
  ];
  const rivals = rows.flatMap((file) => findRivals(files, file, file.rivals));
  const secrets = secretsFile && { ...secretsFile, set: { [secretsFile.variable]: key ?? '' } };
  const above = [...rows, ...(secrets ? [secrets] : [])].flatMap((file) =>
    findAbove(files, user, file),
  );
  const told = [...rivals, ...above].map(
    ({ path, key: what }) => `${path} sets ${what}, which outranks this: remove it`,
  );
  return {
    files: planned.map((file) => ({ ...file, keyCommand })),
    rivals,
    above,
    shell,
    notes: [...told, ...notes],
    aliases,
  };
}

function planFile(files: Files, file: FileRow): Omit<PlannedFile, 'keyCommand'> {
  const before = readSettings(files, file.path);
  const settings = applySettings('', file);
  const byHand = `correct it, or put these settings in by hand:\n${settings}`;
  const after = applyOrRefuse(before?.text, file, byHand);
  const old = before === undefined ? undefined : { name: file.path, text: before.text };
  return {
    path: file.path,
    before,
    after,
    settings,
    values: listOwnValues(file),
    diff: unifiedDiff(old, { name: file.path, text: after }),
  };
}

function readSettings(files: Files, path: string): ConfigBefore | undefined {
  return readBefore(files, path, (reason, fix) => {
    throw new AccessError('local-fault', `${path} cannot be read: ${reason}`, { fix });
  });
}

function findRivals(
  files: Files,
  file: Pick<FileRow, 'path' | 'set'>,
  keys: readonly string[] = [],
): readonly Rival[] {
  const { path } = file;
  const text = files.stamp(path) === undefined ? '' : files.readText(path);
  return keys.flatMap((key) => {
    const found = findRival(text, file, key);
    return found === undefined ? [] : [{ path, key: found }];
  });
}

/** In a project, each value there that is not ours is a rival. */
function findAbove(files: Files, user: UserHome, file: FileRow): readonly Rival[] {
  const { set = {}, rivals = [], above = [] } = file;
  const here = user.variable('PWD');
  return above
    .flatMap((path) => (path.startsWith('/') ? path : (here && `${here}/${path}`) || []))
    .filter((path) => path !== file.path)
    .flatMap((path) => {
      try {
        return findRivals(files, { path, set }, [...Object.keys(set), ...rivals]);
      } catch {
        return []; // the agent cannot read it either
      }
    });
}
