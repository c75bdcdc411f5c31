/** Unguessable texts for the real host. Every request has an id, so random bytes are drawn from the system in bulk. */

import { randomBytes, randomFillSync } from 'node:crypto';

/** Asking the system costs the same for a few bytes as for all of these. */
const poolSize = 4096;

export class RandomTokens {
  readonly #pool = Buffer.alloc(poolSize);
  #used = poolSize;

  /** `bytes` random bytes, as URL-safe text. No byte is given out twice, or kept once it was. */
  next(bytes: number): string {
    if (bytes > poolSize) return randomBytes(bytes).toString('base64url');
    if (this.#used + bytes > poolSize) this.#refill();
    const start = this.#used;
    this.#used += bytes;
    const token = this.#pool.toString('base64url', start, this.#used);
    this.#pool.fill(0, start, this.#used);
    return token;
  }

  #refill(): void {
    randomFillSync(this.#pool);
    this.#used = 0;
  }
}
