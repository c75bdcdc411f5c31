/**
 * Finds what looks wrong about a secret. Each is a warning without the secret, and the key is used
 * all the same: vendors may change the form of their keys. Pure.
 */

import type { Credential } from '../../model/credential.ts';
import { catalogue } from '../../providers/builtin.ts';
import type { Catalogue } from '../../providers/catalogue.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import { isVendors, keyPrefixesOf } from '../../providers/sites.ts';
import type { KeyWarning } from './warnings.ts';

const quoted: KeyWarning = {
  code: 'key-quoted',
  text: 'begins or ends with a quotation mark, which is sent with it: take the quotes out',
};
const assignment: KeyWarning = {
  code: 'key-assignment',
  text: "has its variable's name in it (NAME=value): leave only the value",
};
const punctuated: KeyWarning = {
  code: 'key-quoted',
  text: 'ends with a comma or a semicolon, which is sent with it: take it out',
};
const reference: KeyWarning = {
  code: 'key-reference',
  text: `is the name of a variable, not its value: write the key itself, or \${NAME} in config.yaml`,
};
/** The key was pasted twice, or two keys one behind the other. */
const concatenated: KeyWarning = { code: 'key-concatenated', text: 'looks like two keys in one' };

type LookedKey = Pick<Credential, 'provider' | 'origin'> & Partial<Pick<Credential, 'source'>>;

/** Finds everything odd about a secret for its provider; each text follows the name of the key. */
export function findOddities(
  secret: string,
  credential: LookedKey,
  known: Catalogue = catalogue,
): readonly KeyWarning[] {
  const oddities: KeyWarning[] = [];
  if (/^["'`]|["'`]$/.test(secret)) oddities.push(quoted);
  if (/^[A-Z][A-Z0-9_]*=[^=]/.test(secret)) oddities.push(assignment);
  if (/[,;]$/.test(secret)) oddities.push(punctuated);
  const placeholder = findPlaceholder(secret);
  if (isReference(secret)) oddities.push(reference);
  else oddities.push(...placeholder);
  if (placeholder.length === 0 && isConcatenated(secret.replace(/[,;]+$/, ''), known))
    oddities.push(concatenated);
  const kind = findOtherKind(secret, credential, known);
  if (kind !== undefined) return [...oddities, kind];
  const code = findCode(secret, known);
  if (code !== undefined) return [...oddities, code];
  const providers = findOtherProviders(secret, credential, known);
  if (providers.length > 0)
    oddities.push({
      code: 'key-of-other-provider',
      text: `looks like a key of ${providers.join(' or ')}`,
    });
  return oddities;
}

/** A JSON Web Token tells its end in the claim `exp`, in seconds. [S] RFC 7519, section 4.1.4 */
export function endOfToken(secret: string): number | undefined {
  const [, claims = ''] = /^eyJ[\w-]+\.([\w-]+)\.[\w-]*$/.exec(secret) ?? [];
  const [, seconds] =
    /"exp"\s*:\s*(\d{9,11})\b/.exec(Buffer.from(claims, 'base64url').toString('utf8')) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** `end` in epoch ms. */
export function warnOfEnd(end: number): KeyWarning {
  const at = new Date(end).toISOString().replace('T', ' ').slice(0, 16);
  return { code: 'key-ended', text: `is a token that ended at ${at} UTC: it must be made anew` };
}

/**
 * However it is written: `$NAME`, `${NAME:-x}`, `{{NAME}}`, `%NAME%`, `env:NAME`,
 * `os.environ/NAME`, `NAME`.
 */
function isReference(secret: string): boolean {
  return (
    /^\$\{?\w+\}?$|^\$\{\w+:?[-+?=].*\}$/.test(secret) ||
    /^\W*(?:(?:process\.|os\.)?(?:env|environ|secrets?)\W+)?[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\W*$/.test(
      secret,
    )
  );
}

/** What people and pages write where a key belongs; the first that fits. */
const placeholders: readonly (readonly [form: RegExp, words: string])[] = [
  [
    /^(?!https?:)[a-z][\w+.-]*:\/\/|^(?:vault|bws|gopass|pass|keychain|keyring|ssm|secretsmanager|doppler|cmd|exec|command):|^arn:|^@Microsoft\.KeyVault\(|^projects\/[^/]+\/secrets\//i,
    'is the address of a secret in another program, which is not looked up here: name what prints it as command (op read, vault kv get), or start Holdfast by that program (op run)',
  ],
  [
    /^(?:encrypted:|ENC\[|\{cipher\}|\$ANSIBLE_VAULT|-----BEGIN )/,
    'is a text in code, not a key: decrypt it first, or name what prints it as command',
  ],
  [/^https?:\/\//i, 'is a URL, not a key'],
  [/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/, 'is an e-mail address, not a key'],
  [
    /^(~|\.{1,2})\/|^\/(home|root|etc|run|var|opt|usr|Users)\//,
    'is the path of a file, not a key: name it as file',
  ],
  [/\*{3,}|\.{3,}/, 'was copied where it is not shown whole: copy the whole key'],
  [
    /^<.*>$|x{8,}|^(undefined|null|nil|todo|tbd|bearer|change-?me|api[-_]?key)$/i,
    'is a placeholder: write the key itself',
  ],
  [
    /^(sk-)?(your|my-api|insert|paste|enter|replace|put|add|change)([-_].*)?[-_]?(key|me|here|token|secret)$/i,
    'is a placeholder: write the key itself',
  ],
];

function findPlaceholder(secret: string): readonly KeyWarning[] {
  const found = placeholders.find(([form]) => form.test(secret));
  return found === undefined ? [] : [{ code: 'key-placeholder', text: found[1] }];
}

/** A shorter prefix is contained in many good keys by chance. */
const tellingPrefix = 5;
/** No vendor's key is shorter. */
const minKeyLength = 16;

function isConcatenated(secret: string, known: Catalogue): boolean {
  if (/[,;]/.test(secret)) return true;
  const half = secret.length / 2;
  if (half >= minKeyLength && secret.slice(0, half) === secret.slice(half)) return true;
  if (half >= minKeyLength && /^sk-.+/.test(secret) && secret.startsWith('sk-', half)) return true;
  return known.entries
    .flatMap(keyPrefixesOf)
    .filter((prefix) => prefix.length >= tellingPrefix)
    .some((prefix) => secret.includes(prefix, minKeyLength));
}

/**
 * What a value is by its beginning, where that is no key that asks a model. n/v: the forms as
 * vendors' programs write them and scanners of secrets look for them.
 */
const otherKinds: readonly (readonly [begins: RegExp, words: string])[] = [
  [
    /^sk-ant-oat\d/,
    "is a token of a Claude subscription (claude setup-token), not an API key, which begins with sk-ant-api: it counts only as a caller's own login (docs/logins.md)",
  ],
  [
    /^sk-ant-admin\d|^sk-admin-/,
    'is an admin key, which manages an organization and asks no model',
  ],
  [
    /^ya29\./,
    'is an access token of Google Cloud, not an API key, and ends within an hour: a command prints a new one (gcloud auth print-access-token)',
  ],
  [/^(gh[opsu]|github_pat)_/, 'is a token of GitHub'],
  [/^glpat-/, 'is a token of GitLab'],
  [/^hf_/, 'is a token of Hugging Face'],
  [/^xox[abeprs]-/, 'is a token of Slack'],
  [
    /^A[KS]IA[A-Z2-7]{16}$/,
    'is the id of an AWS access key, not an API key: an API key of Bedrock begins with ABSK or bedrock-api-key-',
  ],
];

/** A login or a program prints the token that it is meant to. */
function findOtherKind(
  secret: string,
  { source, ...place }: LookedKey,
  known: Catalogue,
): KeyWarning | undefined {
  if (source === 'oauth' || source === 'command' || ownEntry(place, known) === undefined)
    return undefined;
  const found = otherKinds.find(([begins]) => begins.test(secret));
  return found && { code: 'key-of-other-kind', text: found[1] };
}

/** Texts that some programs make of a key, and how it is read back. */
const codes: readonly (readonly [name: string, undo: string, read: (text: string) => string])[] = [
  ['base64 text', 'base64 -d', (text) => Buffer.from(text, 'base64').toString('latin1')],
  ['hexadecimal text', 'xxd -r -p', (text) => Buffer.from(text, 'hex').toString('latin1')],
];

/** Kubernetes shows every secret in base64. A key of no known form is no sign. */
function findCode(secret: string, known: Catalogue): KeyWarning | undefined {
  const begins = ['sk-', ...known.entries.flatMap(keyPrefixesOf)];
  const code = codes.find(([, , read]) => {
    const key = read(secret).trim();
    return (
      key.length >= minKeyLength &&
      /^[\x21-\x7e]+$/.test(key) &&
      begins.some((prefix) => key.startsWith(prefix))
    );
  });
  return (
    code && {
      code: 'key-in-code',
      text: `is the ${code[0]} of a key, not the key: decode it (${code[1]}), and write what that gives`,
    }
  );
}

/** The vendor whose own site is asked: another server may have keys of any form. */
function ownEntry(
  { provider, origin }: Omit<LookedKey, 'source'>,
  known: Catalogue,
): ProviderEntry | undefined {
  const own = known.get(provider);
  return own !== undefined && isVendors(own, origin) ? own : undefined;
}

/**
 * Names other vendors whose keys look like this one. None for another server
 * than the vendor's.
 */
function findOtherProviders(
  secret: string,
  place: Omit<LookedKey, 'source'>,
  known: Catalogue,
): readonly string[] {
  const own = ownEntry(place, known);
  if (own === undefined) return [];
  const fitting = known.providersOfKeyPrefix(secret);
  return fitting.includes(own) ? [] : fitting.map(({ name }) => name);
}
