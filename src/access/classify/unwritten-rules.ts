/**
 * The class of a rule that is in no table: its name comes from what it reads, a status, the
 * system's error code, or what an answer betrays.
 */

import { isFailureClass } from '../../failures/classes.ts';
import type { FailureClass } from '../../model/failure.ts';

const unwritten: readonly (readonly [RegExp, FailureClass])[] = [
  [/^status-5\d\d$/, 'server-error'],
  [/^status-\d{3}$/, 'unknown'],
  [/^limit-(idle|content)$/, 'stream-stall'],
  [/^limit-/, 'timeout'],
  [/^exception-Z_/, 'malformed'],
  [/^(exception-|(nobody-behind|proxy-page)$)/, 'connect'],
  [/^(wants-(password$|header-)|login-)/, 'forbidden-request'],
  [/^(speaks-|redirect-(to-api|away)$|page-of-an-app$)/, 'not-offered'],
  [/^under-maintenance$/, 'maintenance'],
  [/^cloudflare-(challenge|10(05|10|11|12|20))$|^edge-refusal$/, 'blocked'],
  [/^cloudflare-1009$/, 'forbidden-region'],
  [/^cloudflare-1\d{3}$/, 'forbidden-address'],
  [/^(plain-http-to-tls|client-certificate)$/, 'tls'],
  [/^endless-/, 'malformed'],
];

/** Takes the name of a class for itself; undefined for any other name. */
export function classOfRule(name: string): FailureClass | undefined {
  return isFailureClass(name) ? name : unwritten.find(([pattern]) => pattern.test(name))?.[1];
}
