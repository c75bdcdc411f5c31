/**
 * Keeps a session on the credential that served it, so that a provider's prompt cache stays warm.
 * It yields to any failure.
 */

import { RecentMap } from '../recent/recent-map.ts';

/** Beyond this the session that was idle longest is forgotten. */
const sessionLimit = 10_000;

export class Stickiness {
  readonly #bound = new RecentMap<string, string>(sessionLimit);

  /** Returns the credential that last served this session at this target. */
  find(session: string, targetId: string): string | undefined {
    return this.#bound.get(`${targetId} ${session}`);
  }

  bind(session: string, targetId: string, credentialId: string): void {
    this.#bound.set(`${targetId} ${session}`, credentialId);
  }
}
