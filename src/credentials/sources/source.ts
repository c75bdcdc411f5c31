/** What every source of secrets does, whether it looks or asks. Behind the reader of step 2 of a request. */

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
  /** Rejects only with the signal's reason, or `busy` where this process has nothing left to look with. */
  read(signal: AbortSignal): Promise<Finding>;
  /** What is there, without changing anything. Default: as `read`. */
  examine?(): Finding;
  /** After the secret with this fingerprint was refused. Rejects as `read` does. */
  recover(refused: string, signal: AbortSignal): Promise<Finding>;
}

export type LocatorOf<Kind extends SecretLocator['kind']> = Extract<SecretLocator, { readonly kind: Kind }>;

/** A source that is only looked at: nothing of it is ever waited for. */
export function createLookedAt(look: () => Finding): Source {
  return { peek: look, read: async () => look(), recover: async () => look() };
}

/** `config.yaml:5 → .env:3`: where config names a credential, and where its secret was found. */
export function via({ location }: Credential, place: string): string {
  return location === undefined ? place : `${formatLocation(location)} → ${place}`;
}

/** `config.yaml:5`. */
export function formatLocation(location: FileLocation): string {
  return `${location.path.split(/[\\/]/).at(-1)}:${location.line}`;
}
