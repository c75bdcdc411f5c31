/**
 * The key that `connect` makes for one agent: a caller key with the agent's name, kept in a file
 * whose path the agent's settings can refer to. The agents of one person share what they make.
 */

import { shellLine } from '../host/shell-line.ts';
import type { Host } from '../host.ts';
import type { Fix } from '../model/fix.ts';
import {
  addCallerKey,
  type CallerKey,
  type CallerKeysPlace,
  editCallerKey,
  hashKey,
  listCallerKeys,
  revokeCallerKey,
} from './caller-keys.ts';
import { listRevoked, type RevokedKey } from './revoked-keys.ts';

const ownerOnly = 0o600;

/** In the same folder as the note of what `connect` wrote. */
export function agentKeyPath(stateFolder: string, agent: string): string {
  return `${stateFolder}/connected/${agent}.key`;
}

export interface AgentKeyPlace extends CallerKeysPlace {
  readonly host: Pick<Host, 'files' | 'clock' | 'random' | 'randomToken' | 'processId'>;
  /** Must be absolute. */
  readonly keyFile: string;
  /** This machine among those that share the keys. Absent: nobody shares them. */
  readonly machine?: string | undefined;
}

/** Undefined if there is none. */
export function readAgentKey(files: Host['files'], keyFile: string): string | undefined {
  return files.stamp(keyFile) === undefined ? undefined : files.readText(keyFile).trim();
}

/** There is a key for the agent, and no gateway of this home knows it. */
export function isForgotten(place: AgentKeyPlace): boolean {
  const known = readAgentKey(place.host.files, place.keyFile);
  return known !== undefined && findOwner(place, known) === undefined;
}

/** Undefined if there is no key for the agent, or it was not revoked. */
export function findRevokedOf({ host, path, keyFile }: AgentKeyPlace): RevokedKey | undefined {
  const known = readAgentKey(host.files, keyFile);
  const wanted = known && hashKey(known);
  return listRevoked(host.files, path).find(({ hash }) => hash === wanted);
}

/** The gateway knows a key of the agent, whose file is not in this home: it was moved. */
export function isLost(place: AgentKeyPlace, agent: string): boolean {
  const { host, keyFile, machine } = place;
  if (machine !== undefined || readAgentKey(host.files, keyFile) !== undefined) return false;
  return listCallerKeys(place).some(({ name, isShared }) => name === agent && isShared === true);
}

export function remakeAgentKey(agent: string, name = agent): Fix {
  return {
    text: 'end that key, if nobody uses it, and make another',
    command: shellLine`holdfast key revoke ${name} && holdfast connect ${agent} --write`,
  };
}

export interface AgentKey {
  readonly key: string;
  readonly name: string;
  readonly isNew: boolean;
}

/**
 * Returns the agent's key, and makes one if no working key exists. In a fleet it has the machine
 * behind its name where that name is taken. Throws `AccessError` if another key has its name.
 */
export async function keepAgentKey(
  place: AgentKeyPlace,
  { name: agent, budget }: Pick<CallerKey, 'name' | 'budget'>,
): Promise<AgentKey> {
  const { host, keyFile, machine } = place;
  const longer = machine === undefined ? agent : `${agent}-${machine}`;
  const known = readAgentKey(host.files, keyFile);
  const owner = known === undefined ? undefined : findOwner(place, known);
  if (known !== undefined && (owner === agent || owner === longer)) {
    await editCallerKey(place, owner, { isShared: true, ...(budget && { budget }) });
    return { key: known, name: owner, isNew: false };
  }
  const isTaken = listCallerKeys(place).some(({ name }) => name === agent);
  const name = isTaken ? longer : agent;
  const given = { name, scope: 'call', budget, isShared: true } as const;
  const key = await addCallerKey(place, given, remakeAgentKey(agent, name));
  host.files.writeAtomic(keyFile, `${key}\n`, ownerOnly);
  return { key, name, isNew: true };
}

/** Revokes the key in every gateway of this home, if it exists. */
export async function dropAgentKey(place: AgentKeyPlace): Promise<string | undefined> {
  const { host, keyFile } = place;
  const known = readAgentKey(host.files, keyFile);
  if (known === undefined) return undefined;
  const name = findOwner(place, known);
  if (name !== undefined) await revokeCallerKey(place, name, hashKey(known));
  host.files.remove(keyFile);
  return name;
}

function findOwner(place: CallerKeysPlace, key: string): string | undefined {
  const wanted = hashKey(key);
  return listCallerKeys(place).find(({ hash }) => hash === wanted)?.name;
}
