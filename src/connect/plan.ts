/**
 * Plans how to connect an agent: reads each file, applies the settings, and computes the diff. It
 * writes nothing.
 */

import { AccessError } from '../errors.ts';
import type { Files } from '../host.ts';
import { unifiedDiff } from '../imports/unified-diff.ts';
import { type ConfigBefore, readBefore } from '../imports/write-config.ts';
import type { ShellLine } from '../model/fix.ts';
import { applyOrRefuse, applySettings, hasSetting } from './apply-settings.ts';
import { planKeyFile } from './key-file.ts';
import { listOwnValues } from './own-values.ts';
import type { PlannedFile } from './planned-file.ts';
import type { Agent, FileRow, GatewayAddress, UserHome } from './settings.ts';

export interface ConnectPlan {
  readonly files: readonly PlannedFile[];
  /** What the files have and outranks ours. */
  readonly rivals: readonly string[];
  readonly shell: readonly ShellLine[];
  readonly notes: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
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
  const rivals = rows.flatMap((file) => describeRivals(files, file));
  return {
    files: planned.map((file) => ({ ...file, keyCommand })),
    rivals,
    shell,
    notes: [...rivals, ...notes],
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

function describeRivals(files: Files, { path, rivals = [] }: FileRow): readonly string[] {
  const text = files.stamp(path) === undefined ? '' : files.readText(path);
  return rivals
    .filter((key) => hasSetting(text, path, key))
    .map((key) => `${path} sets ${key}, which outranks this: remove it`);
}
