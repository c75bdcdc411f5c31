/** Lists every remark that an import can make, and formats the report. */

import { isDeepStrictEqual } from 'node:util';
import type { Fix } from '../../model/fix.ts';

/** `{names}` are facts of the place. */
const texts = {
  /** A person must act, or a key or target is missing. */
  problem: {
    unreadable: '{reason}',
    'no-main': 'names no provider, and no key is there that would choose one',
    'unset-variable':
      'names {variable}, which is set neither in {file} nor in the environment; Hermes sends such a reference as it is written',
    'external-secret': 'refers to a secret manager; Holdfast does not read that form',
    'key-command':
      'names a command that prints the key; it may hold a secret itself, so it is not copied',
    'login-again': '{what}; tokens are not carried over',
  },
  /** A known problem of that agent that these files have. */
  seen: {
    'store-was-corrupt':
      'Hermes found its store broken once, put it aside here and began an empty one; its keys are still inside',
    'store-is-corrupt':
      'is not JSON. Hermes will put it aside and begin an empty store; nothing of it is imported',
    'custom-without-url':
      'names {id} without a base_url. Hermes sends such requests to another vendor; here it is left behind',
    'placeholder-key':
      'holds a placeholder, which Hermes sends to {provider} as if it were a key; it is left behind',
    'stale-copy':
      'was filled from an older value of {variable}{old}; {place} holds {fresh} now, and that is referred to',
  },
  /** It is not imported; the text has the reason. */
  'not-carried': {
    'no-model': 'names {provider} without a model, and no default is known',
    headers:
      'headers of its own are not carried over, since they may hold a key: {names}; write them as `headers` of the provider',
    'unknown-provider': 'names the provider {id}, which is unknown here and described nowhere',
    'provider-not-carried': '{id} has no equivalent here: {reason}',
    'base-url': 'leads nowhere ({url}): {reason}',
    'key-elsewhere': 'belongs to {url}, and {provider} is at {origin}; left behind',
    'row-suppressed': 'comes from {source}, which is switched off there; left behind',
    'pool-source': 'comes from {source}, which Holdfast does not read',
    ourselves: 'is Holdfast itself ({url}), which cannot be one of its own providers; left behind',
    'provider-unused': 'describes {id}, which no model and no task names; left behind',
    'pool-unused': 'holds a key of {pool}, which no model and no task names; left behind',
    'variable-unused': 'is a key of {id}, which no model and no task names; left behind',
    login: 'is a login; tokens are never copied',
    'task-setting': 'is a setting of all tasks that has no equivalent here',
    'stray-key':
      'belongs to no provider: the task takes the main route, and the key is left behind',
    'secret-in-body': 'seems to hold a secret and is not copied',
  },
  /** The import made a choice. */
  note: {
    'no-config': 'there is no config.yaml',
    'variable-repeated': '{variable} is set more than once; the last line counts',
    kept: 'says something else already and stays as it is',
    'base-url-overruled':
      'is overruled by {variable}, in Hermes and in what is written here: keys go to {url}',
    'inline-key-known': 'is the value of {variable}, so that is referred to',
    'inline-key': 'has a key in plain text; it is referred to in its place',
    'placeholder-local':
      'holds a placeholder; {provider} is on this machine or network, so no key is written',
    'key-in-pool':
      'holds a key that was put there by hand ({label}); it is referred to by its place, which moves when Hermes removes a row above it',
    'row-without-key':
      'refers to {variable}, which is set nowhere any more; the row is left behind',
    'state-left': 'is {state} there; that is left behind: every key starts fresh',
    'task-retired': 'is a task that Hermes has retired',
    'task-key': "is this task's own key; here it is one of the keys of {provider}, for every task",
  },
} as const;

type RemarkKind = keyof typeof texts;
type Saying = { [Kind in RemarkKind]: keyof (typeof texts)[Kind] }[RemarkKind];

const insteadOfLogin =
  'use an API key: holdfast auth add {provider}; or describe the login as providers.{provider}.oauth, then: holdfast auth login {provider}';

/** The fix; left out if one of its facts is unknown. */
const fixes: Readonly<Partial<Record<Saying, string>>> = {
  unreadable: 'make it readable, and import again',
  'no-main': 'name one: holdfast config set main provider/model',
  'no-model': 'write the model there and import again',
  'unset-variable':
    "set {variable} in the environment or in Holdfast's own .env; or there, and import again; or: holdfast auth add {provider}",
  'external-secret': 'give {provider} a credential with command:, such as [op, read, "op://…"]',
  'key-command': 'write it into providers.{provider}.credentials as command:',
  'key-in-pool': 'to be free of that file: {command}',
  'login-again': `{first}${insteadOfLogin}`,
  login: insteadOfLogin,
  'store-is-corrupt': 'repair it, or take its keys out by hand: holdfast auth add PROVIDER',
  'custom-without-url': 'write its base_url there and import again',
  'placeholder-key': 'put a key there and import again, or: holdfast auth add {provider}',
  ourselves: 'to import what Hermes used before: holdfast connect hermes --undo, and import again',
  'secret-in-body': 'write it by hand, with the secret as a variable',
};

export interface Remark {
  readonly kind: RemarkKind;
  readonly code: string;
  /** Names file, line and key path, or the variable; it never has a value. */
  readonly where: string;
  readonly text: string;
  readonly fix?: Fix | undefined;
}

/** Identifies a key by place and fingerprint, and never has the key itself. */
export interface ShownPlace {
  readonly where: string;
  /** The same fingerprint that our own lists show. */
  readonly fingerprint: string;
}

/** Different keys for one provider, with the one that Hermes uses and the one that we use. */
export interface KeyConflict {
  readonly provider: string;
  /** Hermes's order is: its pool, its variables, its config. */
  readonly places: readonly ShownPlace[];
  readonly there: ShownPlace;
  /** Absent if we use none of them. */
  readonly here?: ShownPlace | undefined;
}

/** In the order of the report. */
const titles = [
  ['problem', 'To do'],
  ['seen', 'Seen in Hermes'],
  ['not-carried', 'Left behind'],
  ['note', 'Notes'],
] as const;
const rows = new Map<string, Pick<Remark, 'kind' | 'text'>>(
  titles.flatMap(([kind]) =>
    Object.entries(texts[kind]).map(([code, text]) => [code, { kind, text }]),
  ),
);

type Facts = Readonly<Record<string, string | undefined>>;

/** Each remark is stored once. */
export class Remarks {
  readonly all: Remark[] = [];

  /** Always returns undefined, so that a reader can add a remark and return in one statement. */
  add(code: Saying, { where }: { readonly where: string }, facts: Facts = {}): undefined {
    const { kind = 'note', text = '' } = rows.get(code) ?? {};
    const fix = fill(fixes[code] ?? '{none}', facts);
    const remark = {
      kind,
      code,
      where,
      text: fill(text, facts) ?? text,
      fix: fix === undefined ? undefined : { text: fix },
    };
    if (!this.all.some((known) => isDeepStrictEqual(known, remark))) this.all.push(remark);
  }
}

/** Returns undefined if a fact is. */
function fill(text: string, facts: Facts): string | undefined {
  const names = [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  if (names.some((name) => facts[name] === undefined)) return undefined;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? '');
}

/** Returns everything but the diff, in paragraphs. Empty if there are no remarks. */
export function renderReport(
  conflicts: readonly KeyConflict[],
  remarks: readonly Remark[],
): string {
  const paragraphs = [
    ['Different keys for one provider', ...conflicts.flatMap(renderConflict)],
    ...titles.map(([wanted, title]) => [
      title,
      ...remarks.filter(({ kind }) => kind === wanted).flatMap(renderRemark),
    ]),
  ];
  const sections = paragraphs.filter((lines) => lines.length > 1);
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function renderConflict({ provider, places, there, here }: KeyConflict): readonly string[] {
  const lines = places.map((place) => {
    const wins = [place === there && 'wins in Hermes', place === here && 'wins here'];
    const mark = wins.filter(Boolean).join(', ');
    return `    ${place.fingerprint}  ${place.where}${mark && `  <- ${mark}`}`;
  });
  return [`  ${provider}`, ...lines, ...(here === undefined ? ['    none is used here'] : [])];
}

function renderRemark({ where, text, fix }: Remark): readonly string[] {
  return [`  ${where}: ${text}`, ...(fix === undefined ? [] : [`    To fix: ${fix.text}`])];
}
