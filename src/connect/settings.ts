/**
 * What pointing an agent at the gateway takes: files with single settings in them, variables, and
 * what a person does.
 */

import { shellLine } from '../host/shell-line.ts';
import type { ShellLine } from '../model/fix.ts';

/** The variable that agents read the gateway's key from where they take no command. */
export const keyVariable = 'HOLDFAST_API_KEY';

/** What stands in a settings file. */
export type SettingValue =
  | string
  | number
  | boolean
  | readonly SettingValue[]
  | { readonly [key: string]: SettingValue };

/** One value at one place; all around it stays as it is. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: SettingValue;
}

/**
 * A file, with what stands in it when the agent asks us. Key paths have dots between their keys.
 */
export interface FileRow {
  /**
   * Absolute; its ending says the format. JSON may hold comments and trailing commas, as all of
   * these agents accept them.
   */
  readonly path: string;
  readonly set?: Readonly<Record<string, SettingValue>>;
  readonly item?: ListItem;
  /** Key paths that outrank ours when something stands there; left alone, and told. */
  readonly rivals?: readonly string[];
  /** What a new file needs besides. */
  readonly whenNew?: Readonly<Record<string, SettingValue>>;
}

/** One item of a list of objects; one that is there already gives way to it. */
export interface ListItem {
  /** Where the list is; empty: the file itself is the list (YAML only). */
  readonly list: readonly string[];
  /** The key whose value tells the items apart. */
  readonly by: string;
  readonly value: SettingObject;
}

/** Where an agent keeps its secrets, and reads them by itself wherever it is started. */
export interface KeyFile {
  /** Absolute. */
  readonly path: string;
  /** What holds the key there: a variable, or a key of a JSON object. */
  readonly variable: string;
}

export type SettingObject = { readonly [key: string]: SettingValue };

/** Where an agent finds the gateway and its key. */
export interface GatewayPlace {
  /** Without `/v1`: `http://127.0.0.1:4653`. */
  readonly url: string;
  /** Prints the key: `holdfast`, or the path of our launcher, and `key`. */
  readonly keyCommand: readonly [program: string, ...rest: string[]];
  /** The same as a shell reads it. */
  readonly keyLine: ShellLine;
  /** The file that holds the key; undefined when the key comes from a variable. */
  readonly keyFile: string | undefined;
  /**
   * The task for an agent's small side calls: `title_generation` where it is configured, else
   * `main`.
   */
  readonly sideTask: string;
  /** Every task of ours. */
  readonly tasks: readonly string[];
  /** What `main` reads and writes at most, as far as its first target is known. */
  readonly window: { readonly context?: number | undefined; readonly output?: number | undefined };
  /**
   * Whether `main` may be sent images: one of its targets may see them, or somebody puts them into
   * words.
   */
  readonly takesImages: boolean;
}

/** The folders and variables of the user. */
export interface UserPlace {
  /** The home folder. */
  readonly home: string;
  /** Empty counts as unset. */
  variable(name: string): string | undefined;
  exists(path: string): boolean;
}

/** How one agent is pointed at the gateway. No part of it holds the key. */
export interface AgentConnection {
  readonly files?: readonly FileRow[];
  /** Where the agent looks for secrets: `--write` puts the gateway's key there. */
  readonly keyFile?: KeyFile;
  /** Shell lines for what no file can hold without a copy of the key. */
  readonly shell?: readonly ShellLine[];
  /** Sentences for people. */
  readonly notes?: readonly string[];
  /** Aliases for names that the agent asks for and cannot be told to change. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** One agent, as data. */
export interface Agent {
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  /**
   * Any of them on the PATH, or its folder, or any other trace, means that it is there. Default:
   * that of its name.
   */
  readonly programs?: readonly string[];
  /** No agent by itself, but what others are made with: it shares the first key. Default: false. */
  readonly sharesKey?: true;
  /** Its own folder; absent: it has none. */
  folder?(user: UserPlace): string;
  traces?(user: UserPlace): readonly string[];
  connect(gateway: GatewayPlace, folder: string, user: UserPlace): AgentConnection;
}

/** A folder that a variable moves, `.name` in the home folder. */
export function dotFolder(name: string, variable?: string): (user: UserPlace) => string {
  return (user) => (variable && user.variable(variable)) || `${user.home}/${name}`;
}

/** A folder among the user's configurations. */
export function configFolder(name: string): (user: UserPlace) => string {
  return (user) => `${user.variable('XDG_CONFIG_HOME') ?? `${user.home}/.config`}/${name}`;
}

/** A shell line that puts the key into a variable. */
export function exportKey(variable: string, keyLine: ShellLine): ShellLine {
  return shellLine`export ${variable}=${{ outputOf: keyLine }}`;
}
