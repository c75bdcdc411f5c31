/**
 * Seals a summary that goes to a client as a compaction item and comes back with its next requests:
 * encrypted (AES-256-GCM) with a key that never leaves this machine, so that nobody can change its
 * words, and opened again for any target.
 */

import { RequestError } from '../../../errors.ts';
import { digestText, openText, sealText } from '../../../host/sealed-text.ts';
import type { Host } from '../../../host.ts';

/** Marks our own items; it is long, so that a body without any is searched quickly. */
export const sealMark = 'holdfast-compaction-1.';

export class Seal {
  readonly #host: Pick<Host, 'files' | 'randomToken'>;
  readonly #path: string;
  #key: Buffer | undefined;

  /** `path`: the file of the key, created with mode 0600 when the first summary is sealed. */
  constructor(host: Pick<Host, 'files' | 'randomToken'>, path: string) {
    this.#host = host;
    this.#path = path;
  }

  close(text: string): string {
    const { files } = this.#host;
    if (files.stamp(this.#path) === undefined)
      files.createExclusive(this.#path, `${this.#host.randomToken(32)}\n`);
    return `${sealMark}${sealText(this.#host, this.#readKey(), { text })}`;
  }

  /** Throws `RequestError` (400) for an item that was sealed elsewhere, or was changed. */
  open(sealed: string): string {
    try {
      return openText(this.#readKey(), sealed.slice(sealMark.length));
    } catch (error) {
      throw cannotOpen(this.#path, error);
    }
  }

  /** Read once: replacing the file starts anew. */
  #readKey(): Buffer {
    this.#key ??= digestText(this.#host.files.readText(this.#path).trim());
    return this.#key;
  }
}

function cannotOpen(path: string, cause: unknown): RequestError {
  return new RequestError(
    'request-invalid',
    'a compacted conversation in the input cannot be opened here',
    {
      status: 400,
      cause,
      fix: `it was sealed on another machine, or ${path} was replaced: compact the conversation again, or bring that file back`,
    },
  );
}
