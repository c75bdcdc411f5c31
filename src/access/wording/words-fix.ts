/**
 * What mends a failure whose words say what happened and not what to do, and what to look at where
 * a server of one's own broke. Pure.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import { catalogue } from '../../providers/builtin.ts';
import { ownOriginsOf } from '../../providers/sites.ts';
import { knownWords } from './known-words.ts';
import type { BrokenPlace } from './request-words.ts';

/** The server itself, or what stands in front of it, has a log of it. */
const broke: readonly FailureClass[] = ['server-error', 'stream-cut', 'malformed'];

/**
 * `words` are those of the refusal. Undefined if they name nothing that is known, and it is no
 * server of one's own that broke.
 */
export function fixWords(
  cause: FailureClass | 'budget' | undefined,
  words: string,
  asked: BrokenPlace,
): Fix | undefined {
  const known = fixKnown(cause, words, asked);
  if (known !== undefined) return known;
  return broke.some((one) => one === cause) && !isOfVendor(asked.baseUrl)
    ? {
        text: `look at the log of the server behind ${new URL(asked.baseUrl).origin}, and of what stands in front of it`,
      }
    : undefined;
}

/** The same for words that name the cause: it does not go by itself. */
export function fixKnown(
  cause: FailureClass | 'budget' | undefined,
  words: string,
  asked: BrokenPlace,
): Fix | undefined {
  if (!cause || cause === 'budget') return undefined;
  const isOfRequest = rowOfClass(cause).isRequestFault;
  const row = knownWords.find(
    ({ words: known, causes = [cause], models, at, isOfRequest: isSuch }) =>
      isSuch === isOfRequest &&
      causes.includes(cause) &&
      known.test(words) &&
      models?.test(asked.model) !== false &&
      at?.test(asked.baseUrl) !== false,
  );
  if (row === undefined || (row.isOfOwn === true && isOfVendor(asked.baseUrl))) return undefined;
  return row.fix(asked, words);
}

/** Programs that people run have an entry too, and no operator but them. */
export function isOfVendor(baseUrl: string): boolean {
  const entry = catalogue.get(catalogue.vendorAt(baseUrl) ?? '');
  if (entry === undefined) return false;
  return entry.isSoftware !== true || ownOriginsOf(entry).includes(new URL(baseUrl).origin);
}
