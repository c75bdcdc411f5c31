/**
 * Cloudflare's own errors: it answers in place of the server behind it, with a code that says why
 * (step 4 of a request). Data and pure functions.
 */

import { isRecord } from '../json/is-record.ts';

export interface EdgeCode {
  readonly code: string;
  /** Follows the code in a sentence. */
  readonly says: string;
  /** What it is about; `busy` and `broken` are what their HTTP status says already. */
  readonly about:
    | 'address'
    | 'region'
    | 'rule'
    | 'nobody'
    | 'behind'
    | 'busy'
    | 'broken'
    | 'unknown';
}

type CodeMeaning = Omit<EdgeCode, 'code'>;

const banned = { about: 'address', says: 'the address of this machine is banned there' } as const;
const nobody = { about: 'nobody', says: 'no server can be found behind this name' } as const;

/**
 * [D] https://developers.cloudflare.com/support/troubleshooting/http-status-codes/
 * cloudflare-1xxx-errors/, and cloudflare-5xx-errors/ beside it
 */
const meanings: readonly (readonly [codes: readonly number[], meaning: CodeMeaning])[] = [
  [[1006, 1007, 1008, 1106], banned],
  [[1009], { about: 'region', says: 'the country or region of this machine is banned there' }],
  [[1010], { about: 'rule', says: 'a rule of the site refuses the program that asks' }],
  [[1005, 1011, 1012, 1020], { about: 'rule', says: 'a firewall rule of the site refused it' }],
  [[1015, 1027, 1200], { about: 'busy', says: 'too many requests from this machine or site' }],
  [[1101, 1102, 1104], { about: 'broken', says: 'the program of the site broke' }],
  [[1000, 1001, 1002, 1004, 1014, 1016, 1018, 1023, 1033, 1034], nobody],
  [[520], { about: 'broken', says: 'the server behind it sent an invalid answer' }],
  [[521], { about: 'behind', says: 'the server behind it refuses connections' }],
  [[522], { about: 'behind', says: 'no connection to the server behind it came about in time' }],
  [[523], { about: 'behind', says: 'there is no way to the server behind it' }],
  [[524], { about: 'broken', says: 'the server behind it took too long for its answer' }],
  [[525], { about: 'broken', says: 'no TLS came about with the server behind it' }],
  [[526], { about: 'broken', says: 'the certificate of the server behind it is not valid' }],
  [[1003], { about: 'nobody', says: 'the site is asked by its number, not by its name' }],
];

/** The page for programs, the page for browsers, and its title. */
const onPages =
  /^error code: (1\d{3}|5[23]\d)\s*$|<title>[^<|]{1,200}\| (52[0-7]): |cf-error-code[^>]{0,40}>\s*(1\d{3})|\berror\s+(1\d{3})\b[^<]{0,80}cloudflare/i;

/** Reads it from a page, or from the JSON that programs are given. */
export function readEdgeCode(body: unknown): EdgeCode | undefined {
  const code = typeof body === 'string' ? findOnPage(body) : findInJson(body);
  if (code === undefined) return undefined;
  const [, meaning] = meanings.find(([codes]) => codes.includes(Number(code))) ?? [];
  return { code, ...(meaning ?? { about: 'unknown', says: '' }) };
}

function findOnPage(text: string): string | undefined {
  const found = onPages.exec(text) ?? [];
  return found.slice(1).find((code) => code !== undefined);
}

function findInJson(body: unknown): string | undefined {
  if (!isRecord(body) || body['cloudflare_error'] !== true) return undefined;
  const code = String(body['error_code']);
  return /^1\d{3}$/.test(code) ? code : undefined;
}

/** Returns `Cloudflare's error 1020 (a firewall rule of the site refused it)`. */
export function describeEdgeCode({ code, says }: EdgeCode): string {
  return `Cloudflare's error ${code}${says === '' ? '' : ` (${says})`}`;
}
