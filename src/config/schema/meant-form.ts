/**
 * What was probably meant where the schema refuses a key or a value: the name that other programs
 * give it, or the same value in another form. Each guess is tried against the schema before it is
 * told. Pure.
 */

import { stringify } from 'yaml';
import type { Typo } from '../../errors.ts';
import { findNearest } from './nearest.ts';
import { isSecretPath, type KeyPath } from './schema.ts';
import {
  expectsNumber,
  fitsSchema,
  isInSeconds,
  isKnown,
  listFieldNames,
  listKeys,
} from './schema-walk.ts';
import { isAdded, showLeaf } from './show-leaf.ts';
import { isObject, listLeaves, valueAtPath } from './values.ts';

/** Our names, each with those that other programs, and people, give to the same setting. */
const otherNames: Readonly<Record<string, string>> = {
  main: 'model default default_model primary',
  fallback_chain: 'fallback fallbacks fallback_model fallback_models',
  auxiliary: 'tasks aux side_tasks',
  aliases: 'alias model_alias model_aliases',
  providers: 'provider servers endpoints',
  title_generation: 'title titles',
  base_url: 'url api_base api_url endpoint host server address',
  api_key: 'key token secret value apikey password auth_token access_token bearer',
  credentials: 'keys api_keys tokens',
  protocol: 'type api api_type kind format wire_api',
  selection: 'strategy rotation key_selection',
  env: 'environment variable env_var',
  headers: 'extra_headers default_headers http_headers',
  context_window: 'context context_length max_context num_ctx',
  max_output: 'max_tokens max_output_tokens output_tokens',
  input: 'in prompt input_cost prompt_tokens',
  output: 'out completion output_cost completion_tokens',
  per: 'every period interval window span',
  usd: 'dollars amount cost dollar',
};

/** What a key that is not known was meant for, and whether that is written as well. */
export function findMeantKey(root: unknown, parent: KeyPath, key: string): Typo {
  const meant = guessKey(root, parent, key);
  const isTaken = meant !== undefined && valueAtPath(root, [...parent, meant]) !== undefined;
  return { of: 'key', written: key, meant, isTaken };
}

/** Undefined: nothing is near. */
function guessKey(root: unknown, parent: KeyPath, key: string): string | undefined {
  const known = listKeys(parent);
  const value = valueAtPath(root, [...parent, key]);
  const plain = key.toLowerCase().replaceAll('-', '_');
  const renamed = known.filter((name) => otherNames[name]?.split(' ').includes(plain));
  const nearest = findNearest(key, known);
  const guesses = nearest === undefined ? renamed : [nearest, ...renamed];
  const isFit = (name: string): boolean =>
    [value, ...listForms([...parent, name], value)].some((form) =>
      fitsSchema([...parent, name], form),
    );
  return guesses.find(isFit) ?? renamed[0] ?? nearest;
}

/** The text of a value that fits in this place and that this value was meant for. */
export function findMeantForm(root: unknown, path: KeyPath): string | undefined {
  if (isSecretPath(path) || isAdded(path)) return undefined; // it is not repeated
  const value = valueAtPath(root, path);
  const forms =
    isTarget(path) && typeof value === 'string' ? targetsOf(root, value) : listForms(path, value);
  const meant = forms.find((form) => fitsSchema(path, form));
  return meant === undefined || mayHoldKey(path, meant) ? undefined : formatFlow(meant);
}

/** Also where only one part of a large value is a key. */
function mayHoldKey(path: KeyPath, value: unknown): boolean {
  return listLeaves(value, path).some(({ path: at, leaf }) => showLeaf(at, leaf) !== leaf);
}

/** Returns true for paths of targets: `main`, or an entry of a `fallback_chain`. */
export function isTarget(path: KeyPath): boolean {
  return path.at(-2) === 'fallback_chain' || (path.length === 1 && path[0] === 'main');
}

/** A provider of this file with another sign before its model, or the model named elsewhere. */
function targetsOf(root: unknown, text: string): readonly string[] {
  const [, provider = '', model = ''] =
    /^([\w.-]+)(?:\s*[:\\]\s*|\s+)(\S+)$/.exec(text.trim()) ?? [];
  if (isProvider(root, provider)) return [`${provider}/${model}`];
  const prices = valueAtPath(root, ['prices']);
  const named = [
    ...listLeaves(root, []).map(({ leaf }) => String(leaf)),
    ...(isObject(prices) ? Object.keys(prices) : []),
  ].filter((name) => name.endsWith(`/${text}`) && !name.includes('://'));
  return new Set(named).size === 1 ? named : [];
}

/** True for the name of a provider of this file. */
export function isProvider(root: unknown, name: string): boolean {
  return valueAtPath(root, ['providers', name]) !== undefined;
}

function formatFlow(value: unknown): string {
  const style = { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 } as const;
  return stringify(value, style).trimEnd();
}

/** A budget in another form, whose span is none that there is. */
export function findOddSpan(root: unknown, path: KeyPath): string | undefined {
  const value = valueAtPath(root, path);
  const [budget] = path.at(-1) === 'budget' && typeof value === 'string' ? budgetsOf(value) : [];
  const isOdd = budget && !fitsSchema(path, budget) && fitsSchema(path, { ...budget, per: 'day' });
  return isOdd === true ? String(budget?.['per']) : undefined;
}

function listForms(path: KeyPath, value: unknown): readonly unknown[] {
  if (typeof value === 'number') return [String(value), ...budgetsOf(`${value}`)];
  if (typeof value === 'string') return formsOfText(path, value);
  if (Array.isArray(value)) return formsOfList(value);
  if (!isObject(value)) return [];
  if (path[0] === 'prices' && path.length === 2) return [pricesOf(value)];
  const [[key, model] = [], ...more] = Object.entries(value);
  if (more.length > 0 || key === 'provider') return [[value]];
  return [[value], key === 'model' ? model : `${key}/${String(model)}`];
}

function formsOfText(path: KeyPath, text: string): readonly unknown[] {
  if (expectsNumber(path)) return numbersOf(text, isInSeconds(path));
  const choices = listFieldNames(path);
  if (choices.includes('true')) return switchesOf(text);
  const span = budgetWords.find(
    ([of, word]) => of === 'span' && word.test(text.toLowerCase()),
  )?.[2];
  if (choices.length > 0)
    return [choices.find((choice) => choice === span || sharesWord(choice, text))];
  const variable = /^\$?\{?([A-Z][A-Z0-9]*_[A-Z0-9_]+)\}?$/.exec(text)?.[1];
  return [
    ...(variable === undefined ? [] : [{ env: variable }, [{ env: variable }], variable]),
    ...(text.includes('sk-') ? [] : [text.split(/\s*[,;]\s*|\s+(?=\S+\/)/)]),
    ...(text.includes('/') ? [{ model: text }] : []),
    ...budgetsOf(text),
  ];
}

function formsOfList(list: readonly unknown[]): readonly unknown[] {
  const [first] = list;
  if (list.every((one) => typeof one === 'string'))
    return [
      ...(list.length === 1 ? [first] : []),
      Object.fromEntries(list.map((one) => [one, {}])),
    ];
  return list.every(isObject) ? [Object.assign({}, ...list)] : [];
}

/** `yes` and `off`, which YAML 1.1 took for true and false. */
function switchesOf(text: string): readonly boolean[] {
  if (/^(y|yes|on|true)$/i.test(text)) return [true];
  return /^(n|no|off|false)$/i.test(text) ? [false] : [];
}

const unitSeconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

/** `1m30s`, `20 000`, and what stands for one number alone. */
function numbersOf(text: string, isTime: boolean): readonly number[] {
  const parts = text.match(/\d+(?:\.\d+)?\s*[a-z]+/gi) ?? [];
  if (isTime && parts.length > 1 && parts.join('') === text.replace(/(?<=[a-z]) +(?=\d)/gi, '')) {
    const seconds = parts.flatMap((part) => oneNumberOf(part, true));
    return seconds.length < parts.length ? [] : [seconds.reduce((sum, one) => sum + one, 0)];
  }
  const isSpaced = /^\d{1,3}(?:[ _']\d{3}){1,4}$/.test(text);
  return oneNumberOf(isSpaced ? text.replace(/\D/g, '') : text, isTime);
}

/** `30s`, `5 min`, `"4700"`, `:4700`, `$1`, `1/M`, `20,`. */
function oneNumberOf(text: string, isTime: boolean): readonly number[] {
  const [, amount = '', unit = ''] =
    /^(?:\$|[\w.]*:)?\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*(?:[;,]|\/\w+)?$/i.exec(text) ?? [];
  if (amount === '' || (isTime && text.includes(':'))) return [];
  if (unit === '') return [Number(amount)];
  const seconds = /^(ms|[smhd])(?:ec|in|our|ay)?(?:ond|ute)?s?$/i.exec(unit)?.[1]?.toLowerCase();
  return isTime && seconds !== undefined ? [Number(amount) * (unitSeconds[seconds] ?? 1)] : [];
}

const priceNames: readonly (readonly [RegExp, string])[] = [
  [/^cache_read/, 'cache_read'],
  [/^cache_(creation|write)/, 'cache_write'],
  [/^(input|prompt)/, 'input'],
  [/^(output|completion)/, 'output'],
];
const perMillion: readonly (readonly [RegExp, number])[] = [
  [/(_|^)(per_token|token_cost)$/, 1_000_000],
  [/_per_(1k|1000|thousand)(_tokens)?$/, 1000],
  [/_per_(1m|million|mtok)(_tokens)?$/, 1],
];

/** Prices whose names say for how many tokens: `input_cost_per_token`, `output_per_1k`. */
function pricesOf(value: object): object | undefined {
  const prices = Object.entries(value).map(([key, amount]) => {
    const name = priceNames.find(([form]) => form.test(key))?.[1];
    const times = perMillion.find(([form]) => form.test(key))?.[1];
    return [name, Number(amount) * (times ?? Number.NaN)] as const;
  });
  return prices.every(([name, price]) => name !== undefined && price >= 0)
    ? Object.fromEntries(prices.map(([name, price]) => [name, Number(price.toPrecision(9))]))
    : undefined;
}

/** What each word of a budget may mean; the rest of them (`per`, `every`) mean nothing more. */
const budgetWords: readonly (readonly [of: string, word: RegExp, meant?: string])[] = [
  ['amount', /^\d/],
  ['unit', /^(\$|usd|us_dollars?|dollars?|bucks)$/, 'usd'],
  ['unit', /^(tok|tokens?)$/, 'tokens'],
  ['unit', /^(req|requests?|calls?)$/, 'requests'],
  ['span', /^(h|hrs?|hours?|hourly)$/, 'hour'],
  ['span', /^(d|days?|daily)$/, 'day'],
  ['span', /^(mo|months?|monthly)$/, 'month'],
  ['span', /^(s|sec|m|min|w|y)$|^(second|minute|week|fortnight|quarter|year)s?(ly)?$|^annually$/],
  ['', /^([/,]|per|an?|every|each|in|for|the|max|limit|up|to)$/],
];

/** `3`, `$3/day`, `200k tokens per hour`, `daily 5 dollars`: its parts in any order. */
export function budgetsOf(text: string): readonly Readonly<Record<string, string | number>>[] {
  const words = text.toLowerCase().match(/\d+(?:\.\d+)?(?:[km](?![a-z]))?|[a-z_]+|[^\s\w]/g) ?? [];
  const parts = words.map((word) => {
    const [of, , meant = word] = budgetWords.find(([, known]) => known.test(word)) ?? [];
    return { of, meant };
  });
  const [amount, unit = 'usd', span = 'day'] = ['amount', 'unit', 'span'].map(
    (name) => parts.find(({ of }) => of === name)?.meant,
  );
  const named = parts.filter(({ of }) => of !== '');
  const isOnce = new Set(named.map(({ of }) => of)).size === named.length;
  if (amount === undefined || !isOnce) return [];
  if (named.some(({ of }) => of === undefined)) return [];
  const times = { k: 1000, m: 1_000_000 }[amount.slice(-1)] ?? 1;
  return [{ [unit]: Number.parseFloat(amount) * times, per: span }];
}

/** `openai` and `chat/completions` for `openai-chat`, `monthly` for `month`. */
function sharesWord(choice: string, text: string): boolean {
  const words = text.toLowerCase().split(/[^a-z]+/);
  return choice.split('-').some((word) => words.some((one) => one.replace(/ly$/, '') === word));
}

/** A key of the whole configuration that was indented too far, so that it reads as a name. */
export function findAstray(root: unknown, path: KeyPath): KeyPath | undefined {
  const [group = '', name = ''] = path;
  const named = [group, 'NAME'];
  if (path.length < 2 || listKeys([group]).length > 0 || !isKnown(named)) return undefined;
  if (listKeys(named).includes(String(name)) || !listKeys([]).includes(String(name)))
    return undefined;
  const place = path.slice(0, 2);
  return fitsSchema([name], valueAtPath(root, place)) ? place : undefined;
}
