/**
 * Puts its place behind each setting that a text for people names: `raise max_wait` becomes `raise
 * max_wait (config.yaml:4)`. Only where somebody has set it, and not within a line to paste. Pure.
 */

import { RequestError } from '../../errors.ts';
import type { Fix } from '../../model/fix.ts';
import type { ResolvedConfig } from './resolved.ts';

type Placed = Pick<ResolvedConfig, 'values'>;

/** A key of two words at least, or one that is said to set something: `state` may be a state. */
const named =
  /(?<!config (?:get|set|unset) '?|[\w./-])(?:[a-z]+(?:_[a-z]+)*(?:\.[\w:/@+-]*\w|\[\d+\]|\["(?:[^"\\]|\\.)*"\])+|[a-z]+(?:_[a-z]+)+|(?<=set by )[a-z]+)(?!\w|\.\w)/g;

/** The place of a setting, behind it. */
const placed = /^ \((env [^()]+|[^()]+:\d+)\)/;

export function locateSettings(text: string, { values }: Placed): string {
  let told = text;
  return text.replace(named, (key, at: number) => {
    const found = findValue(key, values);
    const isPlaced = placed.test(text.slice(at + key.length));
    if (found === undefined || isPlaced || told.includes(found.source)) return key;
    told += found.source;
    return `${found.key} (${found.source})`;
  });
}

/**
 * A list or a group stands where its first value does. The last word of a key alone means the only
 * setting that ends so, and `base_url` also the addresses by protocol.
 */
function findValue(
  key: string,
  values: Placed['values'],
): { readonly key: string; readonly source: string } | undefined {
  // a configuration that a program gives has no lines
  const set = values.filter(({ source }) => /^env |:\d+$/.test(source));
  const own = set.find(({ key: path }) => /^(|[.[].*)$/s.test(behind(path, key)));
  if (own !== undefined) return { key, source: own.source };
  const several = set.find(({ key: path }) => behind(path, key).startsWith('s.'));
  if (several !== undefined) return several;
  const ending = key.includes('.') ? [] : set.filter(({ key: path }) => path.endsWith(`.${key}`));
  return ending.length === 1 ? ending[0] : undefined;
}

/** What stands behind the key in a longer one; `-` where it does not begin so. */
function behind(path: string, key: string): string {
  return path.startsWith(key) ? path.slice(key.length) : '-';
}

function locateFix(fix: Fix, config: Placed): Fix {
  return { ...fix, text: locateSettings(fix.text, config) };
}

/** The same refusal, whose text and fix say where the settings stand that they name. */
export function locateRefusal(refusal: RequestError, config: Placed): RequestError {
  const { code, message, fix, status, headers, cause } = refusal;
  return new RequestError(code, locateSettings(message, config), {
    status,
    headers,
    ...(fix && { fix: locateFix(fix, config) }),
    ...(cause instanceof Error && { cause }),
  });
}
