/** Judges what a source gave before it becomes a secret: trimmed, one word, no gateway key of our own (laws 4 and 12). Pure. */

/** Our own gateway keys begin so; one of them is never a provider's secret. */
const gatewayKeyPrefix = 'hf_';

/** Longer than any key or token that fits into a request head. */
const longestSecret = 8192;

export type Judged =
  | { readonly state: 'ok'; readonly value: string }
  | { readonly state: 'empty' | 'malformed'; readonly detail: string };

/** `at` is where it was found, for the message; the value itself is in none. */
export function judgeSecret(found: string, at: string): Judged {
  const value = found.trim();
  if (value === '') return { state: 'empty', detail: `${at} is set but empty` };
  const fault = findFault(value);
  return fault === undefined
    ? { state: 'ok', value }
    : { state: 'malformed', detail: `${at} holds ${fault}` };
}

function findFault(value: string): string | undefined {
  if (/[\r\n]/.test(value)) return 'several lines; a key is one';
  if (!/^[\x21-\x7e]+$/.test(value)) return 'spaces, control or non-ASCII characters, which no key has';
  if (value.startsWith(gatewayKeyPrefix))
    return `a Holdfast gateway key (${gatewayKeyPrefix}…), not a provider's key`;
  if (value.length > longestSecret)
    return `${value.length} characters; no key has more than ${longestSecret}`;
  return undefined;
}
