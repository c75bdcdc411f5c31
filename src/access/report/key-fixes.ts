/** Suggests fixes for keys that were refused, lack a right, or are missing. */

import { letLoginsIn } from '../../config/resolve/resolve-callers.ts';
import type { ResolvedProvider } from '../../config/resolved/resolved.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { formatLocation } from '../../credentials/sources/source.ts';
import { rowOfClass } from '../../failures/classes.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Credential } from '../../model/credential.ts';
import type { Failure, FailureClass } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import type { Operation } from '../../model/protocol.ts';
import type { BlindModels, Target } from '../../model/target.ts';
import type { TargetPool } from '../select/candidate.ts';
import { fixKnown } from '../wording/words-fix.ts';

/** What the fix of one candidate is made of. */
export interface FixContext {
  readonly target: Target;
  /** The variable that names its proxy: `https_proxy`. Absent: it is asked without one. */
  readonly proxyVariable: string | undefined;
  /** Its last failure in this request. Absent: it was not asked. */
  readonly failure: Failure | undefined;
  readonly operation: Operation;
  readonly task: {
    readonly name: string;
    readonly timeoutMs: number | undefined;
    /** What becomes of images that a model does not see. */
    readonly mode: BlindModels;
    /** Another target may see, and may be asked: its own trouble keeps images unseen. */
    readonly hasEyes: boolean;
  };
  readonly place: TargetPool;
  readonly provider: ResolvedProvider | undefined;
  readonly credential: Credential | undefined;
  /** The place that contains the key: `.env:1`. */
  readonly keyAt: string | undefined;
  /** Where the key was found, or looked for: `config.yaml:5 → .env:1`. */
  readonly readAt: string | undefined;
  /** What is odd about the form of the key, to follow its name. */
  readonly oddity: string | undefined;
  /** What makes the place give a key, where that is known. */
  readonly mend: Fix | undefined;
  /** A server at this port of another address of this machine. */
  readonly moved: Fix | undefined;
  /** Where a server is that is not inside: see `lookOutside`. */
  readonly outside: string;
  /** A proxy or an issuer that is set where nobody reads it, or names nothing that can be read. */
  readonly wayOut: string | undefined;
  /** It is asked without the proxy of the environment, which excepts it. */
  readonly bypass: string | undefined;
  /** Returns, for example, `providers.local.base_url (config.yaml:4)`. */
  readonly sourceOf: (key: string) => string;
  /** A setting's key as the configuration writes it. */
  readonly writtenAs: (key: string) => string;
  readonly isProvider: (name: string) => boolean;
  /** The vendor's pages, if the vendor itself was asked. */
  readonly links: Partial<ResolvedProvider['entry']['links']>;
}

/**
 * The configuration keeps a key from being sent. Undefined: it does not. A server of one's own was
 * mostly never given a key.
 */
export function fixWithheld(
  { target: { provider, model, authStyle, keyRequired, headers = {} }, reserved }: TargetPool,
  asked: Pick<ResolvedProvider, 'entry' | 'keyVariables'> | undefined,
): Fix | undefined {
  if (reserved?.location !== undefined)
    return {
      text: `add ${model} to the models of the key ${reserved.label} (${formatLocation(reserved.location)}), or take them out`,
    };
  // a header of the configuration may be what lets it in
  if (authStyle !== 'none' || keyRequired || Object.keys(headers).length > 0) return undefined;
  const path = formatKeyPath(['providers', provider, 'auth']);
  const text = `${path} is none, so no key is sent: take it out`;
  return asked?.entry.isKeyless === true || !asked?.keyVariables?.length
    ? {
        text: `${text}, and give it a key`,
        command: shellLine`holdfast config unset ${path} && holdfast auth add ${provider}`,
      }
    : { text, command: shellLine`holdfast config unset ${path}` };
}

/**
 * The same, for a target that is held back: a key mends only what is held against one, unless the
 * words of the refusal say what does.
 */
export function fixUnkeyed(
  { cause, evidence = '' }: { cause: FailureClass; evidence?: string | undefined },
  ...where: Parameters<typeof fixWithheld>
): Fix | undefined {
  if (rowOfClass(cause).heldAgainst !== 'key') return undefined;
  return fixKnown(cause, evidence, where[0].target) ?? fixWithheld(...where);
}

/** Suggests a test of the key first, since a momentary refusal passes; its form may tell more. */
export function replaceKey(scene: FixContext): Fix {
  const { target, credential, keyAt, readAt, links, oddity, failure, place: at } = scene;
  const withheld = fixWithheld(at, scene.provider);
  if (credential === undefined && withheld !== undefined) return withheld;
  const first =
    oddity === undefined || failure?.class === 'auth-suspect'
      ? `test the key (${shellLine`holdfast auth test ${target.pool}`}), and if it is refused again, `
      : `the key ${oddity}: `;
  const command = shellLine`holdfast auth add ${target.provider}`;
  const good = `a key that works${linked(' from', links.keys)}`;
  if (credential === undefined) return { text: `store ${good}`, command };
  if (credential.source === 'oauth')
    return {
      text: `${first}log in again`,
      command: shellLine`holdfast auth login ${target.provider}`,
    };
  if (credential.source === 'stored') return { text: `${first}store ${good}`, command };
  const own = readAt && replaceAtSource(credential.source, readAt, links.keys);
  if (own) return { text: `${first}${own}` };
  const place = keyAt === undefined ? '' : ` into ${keyAt}`;
  const again = keyAt?.includes('environment') ? ', and restart what has the old one' : '';
  return { text: `${first}put a new key${place}${linked(' from', links.keys)}${again}` };
}

/** A key and its region belong together: either may be the wrong one. */
export function inRegion({
  provider,
  links,
}: {
  readonly provider: string;
  readonly links?: FixContext['links'] | undefined;
}): string {
  return `correct providers.${provider}.region, or give it a key of this region${linked(' from', links?.keys)}`;
}

export function moveKey({ target, keyAt, links, sourceOf }: FixContext): string {
  const region = sourceOf(`providers.${target.provider}.region`);
  const place = keyAt === undefined ? '' : ` into ${keyAt}`;
  return `correct ${region}: a key works only in the region that it was made in; or put a key of this region${place}${linked(' from', links.keys)}`;
}

/** What lacks where nothing can be stored: a vendor without keys, a task with a key of its own. */
export function fixAbsent(
  { provider, pool }: Pick<Target, 'provider' | 'pool'>,
  entry: ResolvedProvider['entry'] | undefined,
  credential: Pick<Credential, 'locator'> | undefined,
): Fix | undefined {
  if (entry?.takesLoginsOnly === true) return letLoginsIn(provider);
  if (pool === provider) return undefined;
  return {
    text:
      credential?.locator.kind === 'variable'
        ? `set ${credential.locator.variable} in .env or the environment`
        : `write ${pool}.api_key`,
  };
}

function namedAt(credential: FixContext['credential']): string {
  const at = credential?.location;
  return at === undefined ? '' : `, which ${formatLocation(at)} names`;
}

export function giveKey(scene: FixContext): Fix {
  const { target, provider, credential, links, readAt, place } = scene;
  const mend = scene.mend ?? fixWithheld(place, provider);
  if (mend !== undefined) return mend;
  if (credential?.source === 'caller')
    return {
      text: `send a login of ${target.provider}, or write credentials: [{caller: true}] at the provider whose login it is (docs/logins.md); or give ${target.provider} a key of its own`,
    };
  if (credential?.source === 'oauth' || provider?.oauth !== undefined)
    return { text: 'log in', command: shellLine`holdfast auth login ${target.provider}` };
  const absent = fixAbsent(target, provider?.entry, credential);
  if (absent !== undefined) return absent;
  const own = credential && readAt && replaceAtSource(credential.source, readAt, links.keys);
  if (own) return { text: own };
  const variable =
    credential?.locator.kind === 'variable'
      ? credential.locator.variable
      : provider?.keyVariables?.[0];
  const set = variable === undefined ? '' : `set ${variable}${namedAt(credential)}, or `;
  const text = `${set}store a key${linked(' from', links.keys)}`;
  return { text, command: shellLine`holdfast auth add ${target.provider}` };
}

/**
 * A key that the configuration names comes before stored ones, so it is replaced where it comes
 * from. `at` is that place, such as `config.yaml:5 → .env:3`; `page` makes keys. Undefined: `auth
 * add` stores another.
 */
export function replaceAtSource(
  source: Credential['source'],
  at: string,
  page?: string,
): string | undefined {
  const parts = at.split(' → ');
  const place = parts.at(-1) ?? at;
  const named = parts.length > 1 ? ` (${parts[0]})` : '';
  const good = `a key that works${linked(' from', page)}`;
  switch (source) {
    case 'command':
      return `let the ${place} print ${good}${named}`;
    case 'keychain':
      return `put ${good} into the ${place}, or name another source${named}`;
    case 'file':
      return `let the owner of the file ${place} put ${good} there, or name another source${named}`;
    case 'config': {
      if (place.includes(' in ')) return undefined; // only looked for: a stored key is used next
      const variable = /^(?:the )?environment \(?(\w+)/.exec(place)?.[1];
      return variable === undefined
        ? `put ${good} into ${place.replace(/:(\d+)(?=$|,)/, ', line $1')}`
        : `set ${variable} to ${good}, and restart what was started with the old one`;
    }
    default:
      return undefined;
  }
}

export function linked(words: string, address: string | undefined): string {
  return address === undefined ? '' : `${words} ${address}`;
}
