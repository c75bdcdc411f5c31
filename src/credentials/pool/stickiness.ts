/** Keeps a session on the credential that served it, so that a provider's prompt cache stays warm. It yields to any failure. */

/** Sessions remembered; the one that was quiet for longest falls out. */
const sessionLimit = 10_000;

export class Stickiness {
  readonly #bound = new Map<string, string>();

  /** The credential that last served this session at this target. */
  find(session: string, targetId: string): string | undefined {
    return this.#bound.get(`${targetId} ${session}`);
  }

  bind(session: string, targetId: string, credentialId: string): void {
    const key = `${targetId} ${session}`;
    this.#bound.delete(key);
    this.#bound.set(key, credentialId);
    if (this.#bound.size <= sessionLimit) return;
    const [oldest] = this.#bound.keys();
    if (oldest !== undefined) this.#bound.delete(oldest);
  }
}
