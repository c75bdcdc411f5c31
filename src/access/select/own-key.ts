/**
 * The key of a conversation, where one of several can be asked for it (step 2 of a request): see
 * `Affinity`.
 */

import { hash } from 'node:crypto';
import type { Affinity } from '../../credentials/pool/affinity.ts';
import type { CredentialPool } from '../../credentials/pool/pool.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';

/** In hex digits. */
const hashLength = 16;

interface OwnKeyParts {
  readonly affinity: Affinity;
  /** The caller's session, if its headers name one. */
  readonly session: string | undefined;
  readonly body: Pick<ReadBody, 'conversationId'>;
}

export class OwnKey {
  readonly #affinity: Affinity;
  /** A hash, since the state keeps it. Undefined for a single question. */
  readonly conversation: string | undefined;

  constructor({ affinity, session, body }: OwnKeyParts) {
    this.#affinity = affinity;
    const id = session ?? body.conversationId();
    this.conversation = id && hash('sha256', id).slice(0, hashLength);
  }

  /** Returns the id of the credential to ask first. */
  find(pool: CredentialPool): string | undefined {
    return this.conversation && this.#affinity.keyOf(this.conversation, pool);
  }

  /** Returns the id of the credential that the conversation had to leave for this one, if any. */
  noteAnswered(pool: CredentialPool, credential: string): string | undefined {
    return this.conversation && this.#affinity.noteAnswered(this.conversation, pool, credential);
  }
}
