/**
 * Applies settings to the text of a file in any format, then parses the result to check that it has
 * the settings and all earlier values.
 */

import { isDeepStrictEqual } from 'node:util';
import { AccessError } from '../errors.ts';
import { isRecord, listIn } from '../protocols/json/is-record.ts';
import { editDotenv, parseDotenv, replaceDotenv } from './formats/dotenv.ts';
import { editJson, parseSettings, replaceJson } from './formats/json.ts';
import { editToml, parseToml, replaceToml } from './formats/toml.ts';
import { editYaml, parseYaml, replaceYaml } from './formats/yaml.ts';
import { listChanged, type OwnValue, withdrawValues } from './own-values.ts';
import type {
  FileRow,
  ListItem,
  Replacement,
  Setting,
  SettingObject,
  SettingValue,
  ValuePath,
} from './settings.ts';

interface Format {
  parse(text: string): unknown;
  edit(text: string, settings: readonly Setting[], item?: ListItem): string;
  replace(text: string, replacement: Replacement): string;
}

type FormatName = 'dotenv' | 'json' | 'toml' | 'yaml';

const formats: Readonly<Record<FormatName, Format>> = {
  dotenv: {
    parse: parseDotenv,
    edit: editDotenv,
    replace: replaceDotenv,
  },
  json: { parse: parseSettings, edit: editJson, replace: replaceJson },
  toml: { parse: parseToml, edit: editToml, replace: replaceToml },
  yaml: { parse: parseYaml, edit: editYaml, replace: replaceYaml },
};

/** The file's extension selects the format. */
export function formatOf(path: string): FormatName {
  const ending = path.split('.').at(-1);
  if (ending === 'env') return 'dotenv';
  if (ending === 'toml') return 'toml';
  return ending === 'yml' || ending === 'yaml' ? 'yaml' : 'json';
}

/**
 * Returns the new text. Throws an `Error` if the text cannot be read, or if the result would be
 * wrong.
 */
export function applySettings(
  text: string | undefined,
  { path, set = {}, whenNew, item }: FileRow,
): string {
  const before = text ?? '';
  const format = formatOf(path);
  const { parse, edit } = formats[format];
  const wanted = Object.entries(text === undefined ? { ...whenNew, ...set } : set);
  const root = parse(before);
  const settings = wanted.flatMap(([key, value]) =>
    keepNeighbours(root, { path: key.split('.'), value }),
  );
  const expected = mergeSettings(root, settings, { format, item });
  if (isDeepStrictEqual(expected, root)) return before;
  const after = edit(before, settings, item);
  if (isDeepStrictEqual(parse(after), expected)) return after;
  throw new Error('its layout is unusual, and a change might harm it');
}

/** Like `applySettings`, but throws `local-fault` with steps for the user. */
export function applyOrRefuse(text: string | undefined, file: FileRow, fix: string): string {
  try {
    return applySettings(text, file);
  } catch (error) {
    throw cannotChange(file.path, fix, error);
  }
}

function cannotChange(path: string, fix: string, cause: unknown): AccessError {
  const reason = String(cause instanceof Error ? cause.message : cause).split('\n')[0];
  const message = `${path} cannot be changed: ${reason}; nothing is written`;
  return new AccessError('local-fault', message, { fix, cause });
}

/** What is left of a file without our values. */
export interface WithdrawnText {
  readonly text: string;
  /** Places that have another value by now, and keep it. */
  readonly left: readonly string[];
  /** Nothing is left of the file but empty space. */
  readonly isEmpty: boolean;
}

/**
 * Takes our values out of a text, one by one, and puts the former ones back. Throws an `Error` if
 * the text cannot be read, or if the result would be wrong.
 */
export function takeOutSettings(
  text: string,
  path: string,
  { values, former }: { readonly values: readonly OwnValue[]; readonly former: string | undefined },
): WithdrawnText {
  const { parse, replace } = formats[formatOf(path)];
  const before = parse(text);
  const { root, left } = withdrawValues(
    before,
    values,
    former === undefined ? undefined : parse(former),
  );
  const after = listChanges(before, root, []).reduce(replace, text);
  if (!isDeepStrictEqual(parse(after), root))
    throw new Error('its layout is unusual, and a change might harm it');
  const isEmpty = isDeepStrictEqual(root, {}) || isDeepStrictEqual(root, []);
  return { text: after, left, isEmpty };
}

/** Places of ours in a text that have another value by now. Throws for one that cannot be read. */
export function findChanged(
  text: string,
  path: string,
  values: readonly OwnValue[],
): readonly string[] {
  return listChanged(formats[formatOf(path)].parse(text), values);
}

/** Later items of a list come first, so that no position moves before its turn. */
function listChanges(from: unknown, to: unknown, path: ValuePath): readonly Replacement[] {
  if (isDeepStrictEqual(from, to)) return [];
  if (isRecord(from) && isRecord(to))
    return Object.keys(from).flatMap((key) => listChanges(from[key], to[key], [...path, key]));
  const [items, kept] = [listIn(from), listIn(to)];
  if (!Array.isArray(from) || !Array.isArray(to) || items.length === kept.length)
    return [{ path, value: to }];
  return items
    .flatMap((item, index) =>
      kept.some((one) => isDeepStrictEqual(one, item))
        ? []
        : [{ path: [...path, index], value: undefined }],
    )
    .toReversed();
}

/** The key path of a rival in the text of a file; undefined where none is, or the value is ours. */
export function findRival(
  text: string,
  { path, set = {} }: Pick<FileRow, 'path' | 'set'>,
  key: string,
): string | undefined {
  const root = formats[formatOf(path)].parse(text);
  const keys = key.split('.').map((part) => {
    const named = /^\{(\w+)\}$/.exec(part)?.[1];
    return named === undefined ? part : String(settingAt(root, [named]));
  });
  const there = settingAt(root, keys);
  const ours = set[key] ?? set[keys.at(-1) ?? ''];
  return there === undefined || isDeepStrictEqual(there, ours) ? undefined : keys.join('.');
}

/** Skips values that are there already; other values in an object of ours are kept. */
function keepNeighbours(root: unknown, { path, value }: Setting): readonly Setting[] {
  const present = settingAt(root, path);
  const merged = mergeValues(present, value);
  return isDeepStrictEqual(merged, present) ? [] : [{ path, value: merged }];
}

function mergeValues(present: unknown, value: SettingValue): SettingValue {
  if (!isRecord(present) || !isSettingObject(value)) return value;
  const fresh = Object.entries(value).map(
    ([key, one]) => [key, mergeValues(present[key], one)] as const,
  );
  return parseSettingObject({ ...present, ...Object.fromEntries(fresh) });
}

function isSettingObject(value: SettingValue): value is SettingObject {
  return typeof value === 'object' && !Array.isArray(value);
}

/** Converts parsed data to the values that a settings file can have. */
function parseSettingObject(value: Readonly<Record<string, unknown>>): SettingObject {
  return value as SettingObject;
}

function settingAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), root);
}

function mergeSettings(
  root: unknown,
  settings: readonly Setting[],
  { format, item }: { readonly format: FormatName; readonly item: ListItem | undefined },
): unknown {
  const merged = settings.reduce(
    (value, { path, value: fresh }) => setAt(value, path, fresh),
    root,
  );
  if (item === undefined) return merged;
  const list = settingAt(merged, item.list);
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  const index = items.findIndex((one) => isRecord(one) && one[item.by] === item.value[item.by]);
  if (index >= 0) return setAt(merged, item.list, items.with(index, item.value));
  // Tables of TOML and files that are a list append: a comment at the top must stay there.
  const isLast = format === 'toml' || item.list.length === 0;
  return setAt(merged, item.list, isLast ? [...items, item.value] : [item.value, ...items]);
}

function setAt(root: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const record = isRecord(root) ? root : {};
  return { ...record, [key]: setAt(record[key], rest, value) };
}
