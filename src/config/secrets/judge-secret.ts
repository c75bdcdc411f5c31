/**
 * Checks what a source returned before it is used as a secret: trimmed, one word, not one of our
 * own gateway keys (laws 4 and 12). Pure.
 */

/** Prefix of our own gateway keys, which are never a provider's secret. */
const gatewayKeyPrefix = 'hf_';

/**
 * Hugging Face's tokens begin alike, and have 34 letters or digits behind it, or a kind
 * (`hf_oauth_`, `hf_jwt_`) and a longer text; ours have 32 characters. [D]
 * https://huggingface.co/docs/hub/security-tokens
 */
const huggingFaceToken = /^hf_([A-Za-z0-9]{34}|[a-z]{2,10}_[\w.-]{40,})$/;

/** True for what can be a key that a home makes for itself: 16 printable characters or more. */
export function isOwnKey(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{16,}$/.test(value);
}

/** True for a text that looks like a key of a gateway, this one's or another's. */
export function isGatewayKey(text: string): boolean {
  return text.startsWith(gatewayKeyPrefix) && !huggingFaceToken.test(text);
}

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
  if (!isGatewayKey(value)) return { state: 'ok', value };
  const detail = `${at} holds a Holdfast gateway key (${gatewayKeyPrefix}…), not a provider's key`;
  return { state: 'malformed', detail, isGatewayKey: true };
}

function findFault(value: string): string | undefined {
  if (/^[{[].*[}\]]$/s.test(value)) return 'JSON; leave only the key';
  if (/[\r\n]/.test(value)) return 'several lines; a key is one';
  const word = /^(?:authorization\s*:\s*)?(bearer|basic)\s/i.exec(value)?.[1];
  if (word !== undefined)
    return `"${word}" and then the key; leave only the key, the word is added where it is sent`;
  const foreign = /[^\x21-\x7e]/u.exec(value);
  if (foreign !== null) return describeForeign(value, foreign);
  if (value.length > maxSecretLength)
    return `${value.length} characters; no key has more than ${maxSecretLength}`;
  return undefined;
}

/** Texts that have characters of no key, by their form; the first that fits. */
const foreignForms: readonly (readonly [form: RegExp, words: string])[] = [
  [/\0/, 'NUL bytes, as UTF-16 has; save it as UTF-8'],
  [
    /^(?:export|set|setx|declare)\s/i,
    'a whole line of a shell (export NAME=KEY); leave only the key',
  ],
  [/^[\w-]+:\s/, 'the name of a header and then the key; leave only the key'],
  [/\p{Cc}\[/u, 'the colours of a terminal (escape codes); switch them off where they are made'],
  [/\s#/, 'a comment behind the key; leave only the key'],
  [/^\$\(|^`/, 'a shell command, which is not run here; name the program as command'],
];

/** Characters that get into a key where it is copied. */
const foreignCharacters: readonly (readonly [character: RegExp, words: string])[] = [
  [/\s/u, 'a space'],
  [/[\p{Cf}\u00ad]/u, 'an invisible character'],
  [/[\u2018-\u201f\u00ab\u00bb]/u, 'a typographic quotation mark'],
  [/[\u2010-\u2015]/u, 'a typographic dash'],
  [/[\u2026\u2022\u00b7\u25cf]/u, 'an ellipsis or a bullet, as pages show a hidden key'],
  [/\p{Cc}/u, 'a control character'],
  [/\ufffd/u, 'a byte that is not UTF-8'],
];

/** Where a text is not for people: the character of these that it has and nobody types. */
export function findOddCharacter(text: string): Pick<OddCharacter, 'words' | 'code'> | undefined {
  const found = /[\p{Cf}\u00a0\u00ad\u2010-\u2015\u2018-\u201f\u00ab\u00bb]/u.exec(text);
  return found === null ? undefined : nameCharacter(found[0]);
}

/** What people meant to type: quotation marks quote, and what is invisible was not meant. */
export function typePlainly(text: string): string {
  return text
    .replaceAll(/[\p{Cf}\u00ad\u2018-\u201f\u00ab\u00bb]/gu, '')
    .replaceAll(/[\u2010-\u2015]/g, '-')
    .replaceAll('\u00a0', ' ')
    .trim();
}

interface OddCharacter {
  readonly words: string;
  readonly code: string;
}

function nameCharacter(character: string): OddCharacter {
  const [, words = 'a character'] = foreignCharacters.find(([fits]) => fits.test(character)) ?? [];
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return { words, code: `U+${code}` };
}

/** Never quotes a character of the key itself. */
function describeForeign(value: string, { 0: character, index }: RegExpExecArray): string {
  const form = foreignForms.find(([fits]) => fits.test(value));
  if (form !== undefined) return form[1];
  const { words, code } = nameCharacter(character);
  return `${words} (${code}) at position ${index + 1}, which no key has`;
}
