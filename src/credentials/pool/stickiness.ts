/**
 * Keeps a session on the credential that served it, so that a provider's prompt cache stays warm.
 * It yields to any failure.
 */

import { RecentMap } from '../recent/recent-map.ts';

/** Sessions remembered; the one that was quiet for longest falls out. */
const sessionLimit = 10_000;

export class Stickiness {
  readonly #bound = new RecentMap<string, string>(sessionLimit);

  /** The credential that last served this session at this target. */
  find(session: string, targetId: string): string | undefined {
    return this.#bound.get(`${targetId} ${session}`);
  }

  bind(session: string, targetId: string, credentialId: string): void {
    this.#bound.set(`${targetId} ${session}`, credentialId);
  }
}
