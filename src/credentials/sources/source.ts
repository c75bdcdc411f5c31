/**
 * What every source of secrets does, whether it is looked at or asked. Behind the reader of step 2
 * of a request.
 */

import type { Credential, FileLocation, SecretLocator } from '../../model/credential.ts';

/** What a source gave, before it is judged. */
export type Finding =
  | { readonly state: 'found'; readonly value: string; readonly at: string }
  | { readonly state: 'unset'; readonly lookedIn: readonly string[] }
  /** The source itself broke; `detail` says how, without a secret. */
  | {
      readonly state: 'failed';
      readonly lookedIn: readonly string[];
      readonly detail: string;
      /** Who gave the secret has withdrawn it: asking again is no use before a login. */
      readonly isRevoked?: true;
    };

/** The way to one credential's secret. */
export interface Source {
  /** What is known without waiting. */
  peek(): Finding | 'pending';
  /**
   * Rejects only with the signal's reason, or `busy` where this process has nothing left to look
   * with.
   */
  read(signal: AbortSignal): Promise<Finding>;
  /** What is there, without changing anything. Default: as `read`. */
  examine?(): Finding;
  /** After the secret with this fingerprint was refused. Rejects as `read` does. */
  reread(refused: string, signal: AbortSignal): Promise<Finding>;
}

export type LocatorOf<Kind extends SecretLocator['kind']> = Extract<
  SecretLocator,
  { readonly kind: Kind }
>;

/** A source that is only looked at: nothing of it is ever waited for. */
export function createLookedAt(look: () => Finding): Source {
  return { peek: look, read: async () => look(), reread: async () => look() };
}

/** What must be asked: a program, a keychain. */
export interface AskedSource {
  /** The last answer while it is good. */
  known(): Finding | undefined;
  ask(signal: AbortSignal): Promise<Finding>;
  /** As in `Source`; `origin` is where the refused secret was sent. */
  reread(
    refused: { readonly fingerprint: string; readonly origin: string },
    signal: AbortSignal,
  ): Promise<Finding>;
}

/** A source that is asked: credentials that name the same thing share its answers. */
export function createAskedSource<Locator extends SecretLocator>(
  create: (locator: Locator) => AskedSource,
): (credential: Credential, locator: Locator) => Source {
  const askedOf = createOnce(create, (locator) => JSON.stringify(locator));
  return (credential, locator) => {
    const asked = askedOf(locator);
    const place = (finding: Finding): Finding =>
      finding.state === 'found' ? { ...finding, at: via(credential, finding.at) } : finding;
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

/** One value for each input, made when it is first asked for. */
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

/** `config.yaml:5 → .env:3`: where config names a credential, and where its secret was found. */
export function via({ location }: Credential, place: string): string {
  return location === undefined ? place : `${formatLocation(location)} → ${place}`;
}

/** `config.yaml:5`. */
export function formatLocation(location: FileLocation): string {
  return `${location.path.split(/[\\/]/).at(-1)}:${location.line}`;
}
