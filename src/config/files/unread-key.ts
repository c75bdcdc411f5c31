/**
 * Where nothing is configured: what stands in `.env` and the environment in place of a known key
 * variable. Only for what people are told.
 */

import { readIfThere } from '../../host/look-at.ts';
import { lookForVariable } from './dotenv.ts';
import { findDotenvLosses } from './dotenv-losses.ts';
import { describeOtherName, listCandidates, type NearPlaces, vendorOf } from './near-variable.ts';

/**
 * Undefined: nothing could have been meant. `brands` has the variables by the names of models:
 * `CLAUDE` has that of Anthropic.
 */
export function describeUnreadKey(
  known: readonly string[],
  brands: ReadonlyMap<string, string>,
  places: NearPlaces,
): string | undefined {
  const { dotenv, files } = places;
  const { unreadable, variables } = dotenv.current();
  if (unreadable !== undefined) return `${dotenv.path} cannot be read: ${unreadable}`;
  for (const name of known) {
    const look = lookForVariable(dotenv, name);
    if (look.state === 'failed') return look.why;
    if (look.state === 'absent' && look.hint !== undefined) return look.hint;
  }
  const candidates = listCandidates(places);
  const near = describeOtherName(known, candidates);
  if (near !== undefined) return near;
  for (const { name, place } of candidates) {
    const meant = brands.get(vendorOf(name) ?? '');
    if (meant !== undefined) return `${place} sets ${name}: was ${meant} meant?`;
  }
  return describeLines(readIfThere(files, dotenv.path), dotenv.path, [...variables.keys()]);
}

/** By what stands in the file. `names` are the variables that it sets. */
function describeLines(text: string, path: string, names: readonly string[]): string | undefined {
  const [loss] = findDotenvLosses(text);
  if (loss !== undefined)
    return `${path}:${loss.line} ${loss.what.replace(/\?$/, '')}; ${loss.fix}`;
  if (names.length > 0)
    return `${path} sets no key that is known, but ${names.slice(0, 3).join(', ')}`;
  return /^[^\S\n]*[^#\s]/m.test(text) ? `no line of ${path} is NAME=VALUE` : undefined;
}
