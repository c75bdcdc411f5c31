/**
 * The contract of every source of secrets, whether it answers at once or must be asked. The reader
 * of step 2 of a request uses it.
 */

import type {
  Credential,
  FileLocation,
  SecretLocation,
  SecretLocator,
} from '../../model/credential.ts';
import type { Fix } from '../../model/fix.ts';

/** A source's result, not yet judged. */
export type Finding =
  | { readonly state: 'found'; readonly value: string; readonly at: SecretLocation }
  /** `hint`: where it may have been written instead. */
  | {
      readonly state: 'unset';
      readonly lookedIn: readonly string[];
      readonly hint?: string;
      readonly fix?: Fix;
    }
  /** The source itself failed; `detail` says how, without a secret. */
  | {
      readonly state: 'failed';
      readonly lookedIn: readonly string[];
      readonly detail: string;
      /** What makes it give a secret. */
      readonly fix?: Fix;
      /** The issuer withdrew the secret: only a new login helps. */
      readonly isRevoked?: true;
    };

export interface Source {
  /** Present for a literal in the configuration, which never changes. */
  readonly fixed?: Finding;
  /** Returns what is known without waiting. */
  peek(): Finding | 'pending';
  /**
   * Rejects only with the signal's reason, or `busy` if this process is out of file descriptors or
   * the like.
   */
  read(signal: AbortSignal): Promise<Finding>;
  /**
   * Returns what is there and changes nothing; pending if only a request may read it. Default: as
   * `read`.
   */
  examine?(): Finding | 'pending';
  /** Called after the secret with this fingerprint was refused. Rejects as `read` does. */
  reread(refused: string, signal: AbortSignal): Promise<Finding>;
}

export type LocatorOf<Kind extends SecretLocator['kind']> = Extract<
  SecretLocator,
  { readonly kind: Kind }
>;

/** Makes a source that answers at once and is never waited for. */
export function createLookedAt(look: () => Finding): Source {
  return { peek: look, read: async () => look(), reread: async () => look() };
}

/** A source that must be asked: a program, a keychain. */
export interface AskedSource {
  /** Returns the last answer while it is valid. */
  known(): Finding | undefined;
  ask(signal: AbortSignal): Promise<Finding>;
  /** As in `Source`; `origin` is where the refused secret was sent. */
  reread(
    refused: { readonly fingerprint: string; readonly origin: string },
    signal: AbortSignal,
  ): Promise<Finding>;
}

/** Makes a source that must be asked: credentials that name the same thing share its answers. */
export function createAskedSource<Locator extends SecretLocator>(
  create: (locator: Locator) => AskedSource,
): (credential: Credential, locator: Locator) => Source {
  const askedOf = createOnce(create, (locator) => JSON.stringify(locator));
  return (credential, locator) => {
    const asked = askedOf(locator);
    const place = (finding: Finding): Finding =>
      finding.state === 'found'
        ? { ...finding, at: via(credential, finding.at.foundAt) }
        : namedBy(credential, finding);
    return {
      peek: () => {
        const known = asked.known();
        return known === undefined ? 'pending' : place(known);
      },
      read: async (signal) => place(asked.known() ?? (await asked.ask(signal))),
      reread: async (fingerprint, signal) =>
        place(await asked.reread({ fingerprint, origin: credential.origin }, signal)),
    };
  };
}

/** Caches one value for each input, created at first use. */
export function createOnce<Input, Value>(
  create: (input: Input) => Value,
  keyOf: (input: Input) => string = String,
): (input: Input) => Value {
  const made = new Map<string, Value>();
  return (input) => {
    const key = keyOf(input);
    const value = made.get(key) ?? create(input);
    made.set(key, value);
    return value;
  };
}

/**
 * For example `config.yaml:5 → .env:3`: where config names a credential, and where its secret was
 * found.
 */
export function via({ location }: Credential, heldAt: string, variable?: string): SecretLocation {
  if (location === undefined) return { foundAt: heldAt, heldAt, variable };
  const namedAt = formatLocation(location);
  return { foundAt: `${namedAt} → ${heldAt}`, namedAt, heldAt, variable };
}

/** Nothing was found there: the line of the configuration that names the place is told too. */
export function namedBy<Absent extends Exclude<Finding, { readonly state: 'found' }>>(
  credential: Credential,
  finding: Absent,
): Absent {
  const name = (text: string): string => via(credential, text).foundAt;
  return {
    ...finding,
    lookedIn: finding.lookedIn.map(name),
    ...('detail' in finding && { detail: name(finding.detail) }),
    ...(finding.fix && { fix: placed(finding.fix, credential) }),
  };
}

/** A fix without a command is done where the configuration names the place. */
function placed(fix: Fix, { location }: Credential): Fix {
  if (location === undefined || fix.command !== undefined) return fix;
  return { text: `${fix.text} (${formatLocation(location)})` };
}

/** Returns, for example, `config.yaml:5`. */
export function formatLocation(location: FileLocation): string {
  return `${location.path.split(/[\\/]/).at(-1)}:${location.line}`;
}
