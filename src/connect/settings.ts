/**
 * Defines how an agent is pointed at the gateway: settings in files, variables, and steps for a
 * person.
 */

import { shellLine } from '../host/shell-line.ts';
import type { ShellLine } from '../model/fix.ts';

/** Agents that cannot run a command read the gateway's key from this variable. */
export const keyVariable = 'HOLDFAST_API_KEY';

export type SettingValue =
  | string
  | number
  | boolean
  | readonly SettingValue[]
  | { readonly [key: string]: SettingValue };

/** Everything around the value is kept. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: SettingValue;
}

/** Keys, and positions in lists. */
export type ValuePath = readonly (string | number)[];

/** Another value in the place of one that is there; undefined takes it out. */
export interface Replacement {
  readonly path: ValuePath;
  readonly value: unknown;
}

/** A file and the settings in it. Key paths have dots between their keys. */
export interface FileRow {
  /**
   * An absolute path; its extension selects the format. JSON may have comments and trailing commas,
   * as all of these agents accept them.
   */
  readonly path: string;
  readonly set?: Readonly<Record<string, SettingValue>>;
  readonly item?: ListItem;
  /**
   * Key paths that override ours. Existing ones are left unchanged and reported. `{key}` stands for
   * the value at that key.
   */
  readonly rivals?: readonly string[];
  /**
   * Files that the agent reads over this one: absolute, or below the folder that it is started in.
   * Each may have other values for all that we set.
   */
  readonly above?: readonly string[];
  /** A new file gets these values too. */
  readonly whenNew?: Readonly<Record<string, SettingValue>>;
}

/** One item of a list of objects; it replaces an existing one. */
export interface ListItem {
  /** The key path of the list. Empty: the file itself is the list (YAML only). */
  readonly list: readonly string[];
  /** This key tells the items apart. */
  readonly by: string;
  readonly value: SettingObject;
}

/** A file of secrets that the agent reads by itself, wherever it is started. */
export interface SecretsFile {
  /** Must be absolute. */
  readonly path: string;
  /** The name of the key in it: a variable, or a key of a JSON object. */
  readonly variable: string;
  /** Files read over it, or in its place: below the folder that the agent is started in. */
  readonly above?: readonly string[];
}

export type SettingObject = { readonly [key: string]: SettingValue };

/** Says where one agent finds the gateway and its key. */
export interface GatewayAddress {
  /** Has no `/v1`: `http://127.0.0.1:4653`. */
  readonly url: string;
  /** Prints the key: `holdfast`, or the path of our launcher, and `key`. */
  readonly keyCommand: readonly [program: string, ...rest: string[]];
  /** The same command as `keyCommand`, which a shell can run. */
  readonly keyLine: ShellLine;
  /** The file with the key; undefined if the key comes from a variable. */
  readonly gatewayKeyFile: string | undefined;
  /**
   * The task for an agent's small side calls: `title_generation` if it is configured, else `main`.
   */
  readonly sideTask: string;
  readonly tasks: readonly string[];
  /** The maximum tokens that `main` reads and writes, if known of its first target. */
  readonly window: { readonly context?: number | undefined; readonly output?: number | undefined };
  /** True if one of its targets may have vision, or another model describes images. */
  readonly takesImages: boolean;
}

export interface UserHome {
  readonly home: string;
  /** Returns undefined for an empty variable. */
  variable(name: string): string | undefined;
  exists(path: string): boolean;
}

/** Points one agent at the gateway. No part of it contains the key. */
export interface AgentConnection {
  readonly files?: readonly FileRow[];
  /** The agent's file of secrets, to which `--write` adds the gateway's key. */
  readonly secretsFile?: SecretsFile;
  /** Shell lines for settings that would need a copy of the key in a file. */
  readonly shell?: readonly ShellLine[];
  readonly notes?: readonly string[];
  /** Aliases for models that the agent always asks for by name. */
  readonly aliases?: Readonly<Record<string, string>>;
}

export interface Agent {
  readonly name: string;
  /** People use this name. */
  readonly title: string;
  /**
   * The agent counts as installed if one of these programs is on the PATH, or its folder or another
   * trace exists. Default: its own name.
   */
  readonly programs?: readonly string[];
  /** An SDK for making agents, and no agent itself, so it uses the shared key. Default: false. */
  readonly sharesKey?: true;
  /** Its own folder; absent: it has none. */
  folder?(user: UserHome): string;
  traces?(user: UserHome): readonly string[];
  connect(gateway: GatewayAddress, folder: string, user: UserHome): AgentConnection;
  /** With a login of its own at its vendor. Default: it has none that may come here. */
  readonly login?: AgentLogin;
}

/** How an agent that has logged in by itself brings its login, with our key beside it. */
export interface AgentLogin {
  /** The provider whose login it is. */
  readonly provider: string;
  connect(gateway: GatewayAddress, folder: string, user: UserHome): AgentConnection;
}

/** Returns the folder that a variable names, else `.name` in the home folder. */
export function dotFolder(name: string, variable?: string): (user: UserHome) => string {
  return (user) => (variable && user.variable(variable)) || `${user.home}/${name}`;
}

/** Returns a folder among the user's configurations. */
export function configFolder(name: string): (user: UserHome) => string {
  return (user) => `${user.variable('XDG_CONFIG_HOME') ?? `${user.home}/.config`}/${name}`;
}

/** Returns a shell line that puts the key into a variable. */
export function exportKey(variable: string, keyLine: ShellLine): ShellLine {
  return shellLine`export ${variable}=${{ outputOf: keyLine }}`;
}
