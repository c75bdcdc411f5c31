/**
 * Checks what a source returned before it is used as a secret: trimmed, one word, not one of our
 * own gateway keys (laws 4 and 12). Pure.
 */

/** Prefix of our own gateway keys, which are never a provider's secret. */
const gatewayKeyPrefix = 'hf_';

/** In characters: longer than any key or token that fits into a request head. */
const maxSecretLength = 8192;

export type Judged =
  | { readonly state: 'ok'; readonly value: string }
  | { readonly state: 'empty'; readonly detail: string }
  | { readonly state: 'malformed'; readonly detail: string; readonly isGatewayKey?: true };

/** `at` is the place of the value, for messages; they never contain the value itself. */
export function judgeSecret(found: string, at: string): Judged {
  const value = found.trim();
  if (value === '') return { state: 'empty', detail: `${at} is set but empty` };
  const fault = findFault(value);
  if (fault !== undefined) return { state: 'malformed', detail: `${at} holds ${fault}` };
  if (!value.startsWith(gatewayKeyPrefix)) return { state: 'ok', value };
  const detail = `${at} holds a Holdfast gateway key (${gatewayKeyPrefix}…), not a provider's key`;
  return { state: 'malformed', detail, isGatewayKey: true };
}

function findFault(value: string): string | undefined {
  if (/[\r\n]/.test(value)) return 'several lines; a key is one';
  const word = /^(?:authorization\s*:\s*)?(bearer|basic)\s/i.exec(value)?.[1];
  if (word !== undefined)
    return `"${word}" and then the key; leave only the key, the word is added where it is sent`;
  if (!/^[\x21-\x7e]+$/.test(value))
    return 'spaces, control or non-ASCII characters, which no key has';
  if (value.length > maxSecretLength)
    return `${value.length} characters; no key has more than ${maxSecretLength}`;
  return undefined;
}
