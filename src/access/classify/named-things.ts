/**
 * What the words of a refusal name: a path, a file or another object, the requested model (step 4
 * of a request). Pure.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Failure } from '../../model/failure.ts';
import type { Signature } from '../../providers/signatures/signature.ts';
import type { MatchFacts } from './match-signature.ts';

/** A shorter name occurs in too many words by chance. */
const minIdLength = 3;

/** Matches what servers say about an unknown path. */
export const pathWords =
  /^\W*(404\W+)?((page|file|url|route|path|endpoint|resource) )?not found\W*$|(invalid|unknown|unrecogni[sz]ed) (request )?(url|path|route|endpoint)|no (such )?(route|endpoint)|cannot (get|post|put|delete) |method not allowed/i;

/**
 * True when the provider's own 404 is about the requested file or batch: unless its words are about
 * an unknown path.
 */
export function speaksOfObject(
  { class: cause }: Signature,
  { httpStatus, error, message }: MatchFacts,
): boolean {
  if (httpStatus !== 404 || (cause !== 'not-offered' && cause !== 'model-missing')) return false;
  return typeof error['message'] === 'string' && !pathWords.test(message);
}

/** Matches words about a response, an item or a file that the request refers to. */
export function namesId(message: string): boolean {
  return /\bwith id\b|\b(resp|msg|rs|item|conv|file|batch|fc|vs|asst|thread)[_-](?=\w*\d)\w{4,}/.test(
    message,
  );
}

/** True when the message repeats an id: a 404 is then about its object, even without the word. */
export function names(message: string, id = ''): boolean {
  return id.length >= minIdLength && message.toLowerCase().includes(id.toLowerCase());
}

/** One model of an account, as the words of a limit name it. */
const oneModel =
  /\b(this|selected|requested|the \S{3,60}|\[[^\]]{3,60}\]) model\b|\bmodel (service )?(has been|is) paused\b/i;

/** Money or a limit that the words say of one model keeps no other model of the account back. */
export function narrowScope(
  { class: meant, scope }: Signature,
  message: string,
  model: string | undefined,
): Pick<Failure, 'scope'> {
  if (scope !== undefined) return { scope };
  const { heldAgainst, mark } = rowOfClass(meant);
  if (heldAgainst !== 'money' || mark === undefined || mark.scope.includes('model')) return {};
  return oneModel.test(message) || names(message, model) ? { scope: [...mark.scope, 'model'] } : {};
}
