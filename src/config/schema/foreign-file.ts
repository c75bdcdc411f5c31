/**
 * Tells whose file a configuration is, where another program's settings stand in the place of ours:
 * the keys at its top name its owner, and whatever else is wrong with it follows from that.
 */

import { listKeys } from './schema-walk.ts';
import { isObject } from './values.ts';

interface SettingsOwner {
  /** As `connect` calls it. */
  readonly title: string;
  /** Keys that no other program has: one is enough. */
  readonly own?: RegExp;
  /** Keys that several have: there must be two, and more than of ours. */
  readonly shared?: RegExp;
  /** A part of the address of its `$schema`. */
  readonly schema?: string;
  /** Reads its settings from where it keeps them. */
  readonly importLine?: string;
}

/** Of two that share a form, the better known comes first. */
const owners: readonly SettingsOwner[] = [
  { title: 'LiteLLM', own: /^(model_list|(litellm|router|general)_settings)$/ },
  {
    title: 'Hermes',
    own: /^(terminal|toolsets|custom_providers|fallback_(model|providers)|smart_model_routing)$/,
    shared: /^(model|agent|display|memory|delegation|tts|stt)$/,
    importLine: 'holdfast import hermes --write',
  },
  {
    title: 'Claude Code',
    own: /^(apiKeyHelper|permissions|enabledPlugins|statusLine)$/,
    shared: /^(env|hooks|model|mcpServers)$/,
  },
  {
    title: 'Codex',
    own: /^(model_providers?|approval_policy|sandbox_mode|mcp_servers|model_reasoning_effort)$/,
  },
  { title: 'Kilo Code', schema: 'kilo.ai' },
  {
    title: 'OpenCode',
    own: /^(small_model|(dis|en)abled_providers|autoshare|keybinds)$/,
    shared: /^(\$schema|provider|agent|mcp|model|permission|share)$/,
    schema: 'opencode.ai',
  },
  {
    title: 'OpenClaw',
    own: /^(channels|bindings|wizard)$/,
    shared: /^(agents|models|tools|session|messages|plugins|skills|env|auth|meta)$/,
  },
  {
    title: 'Continue',
    own: /^(contextProviders|tabAutocompleteModel|slashCommands|embeddingsProvider)$/,
    shared: /^(name|version|schema|models|rules|prompts|docs|context)$/,
  },
  {
    title: 'Aider',
    own: /^((openai|anthropic)-api-(base|key)|(weak|editor)-model|edit-format|(auto|dirty)-commits)$/,
  },
  { title: 'Qwen Code', own: /^(modelProviders|\$version)$/ },
  {
    title: 'Gemini CLI',
    own: /^selectedAuthType$/,
    shared: /^(security|mcpServers|model|general|ui|context|tools)$/,
  },
  { title: 'Zed', own: /^(language_models|agent_servers|buffer_font_size|vim_mode)$/ },
  { title: 'Goose', own: /^GOOSE_/ },
  { title: 'Claude Code Router', own: /^(Providers|Router)$/ },
  { title: 'Docker Compose', own: /^services$/ },
  { title: 'Kubernetes', own: /^apiVersion$/ },
];

/** The owner of a file, and the first key that says so. */
interface ForeignFile {
  readonly key: string;
  readonly message: string;
  readonly fix: string;
}

/** Undefined for our own file, which has a main model, and for one that no known program has. */
export function describeForeign(value: unknown): ForeignFile | undefined {
  return isObject(value)
    ? describeOwner(Object.keys(value), String(value['$schema'] ?? ''))
    : undefined;
}

function describeOwner(keys: readonly string[], schema: string): ForeignFile | undefined {
  if (keys.includes('main')) return undefined;
  const ours = [...listKeys([]), 'model', 'provider']; // those two people write here as well
  const isShared = ({ shared }: SettingsOwner): boolean => {
    const count = keys.filter((key) => shared?.test(key)).length;
    return count >= 2 && count > keys.filter((key) => ours.includes(key)).length;
  };
  const owner =
    owners.find((one) => one.schema !== undefined && schema.includes(one.schema)) ??
    owners.find(({ own }) => keys.some((key) => own?.test(key))) ??
    owners.find(isShared);
  if (owner === undefined) return undefined;
  const { title, own, shared, importLine } = owner;
  const key = keys.find((one) => own?.test(one)) ?? keys.find((one) => shared?.test(one)) ?? '';
  return {
    key: key || (keys[0] ?? ''),
    message: `this is a file of ${title}, and not of Holdfast`,
    fix: `move it away; ${
      importLine === undefined
        ? 'holdfast init then writes one of Holdfast'
        : `what ${title} has set is then read with: ${importLine}`
    }`,
  };
}

/** A text with `NAME = VALUE` or `[NAME]` in its first line that is no comment. */
const firstLine =
  /^(?:[ \t\r]*(?:#[^\n]*)?\n)*(?:(?:export )?([\w.-]+)( ?)=|\[[\w.-]+\][ \t\r]*\n)/;
const eachName = /^\[?([\w-]+)/gm;

/** Of a text that is no YAML, or one long word of it. */
export function describeOtherForm(text: string): Omit<ForeignFile, 'key'> | undefined {
  const [whole, name = '', space] = firstLine.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const names = [...text.matchAll(eachName)].flatMap(([, one]) => one ?? []);
  const { message, fix } = describeOwner(names, '') ?? {};
  if (message !== undefined && fix !== undefined) return { message, fix };
  return space === '' && /^[A-Z][A-Z0-9_]*$/.test(name)
    ? { message: 'lines of NAME=VALUE belong into .env beside it', fix: 'move them to .env' }
    : { message: 'this is TOML, and not YAML', fix: 'write NAME: VALUE' };
}

/** The program whose own key this is, at the top of a file that is ours. */
export function findOwner(key: string): string | undefined {
  return owners.find(({ own }) => own?.test(key))?.title;
}
