/**
 * Runs health on a fake host with a store in memory, and makes the leases and failures of its
 * tests.
 */

import { Health } from '../../src/credentials/health/health.ts';
import type { Lease } from '../../src/model/credential.ts';
import type { Failure, FailureClass, Mark } from '../../src/model/failure.ts';
import { createFakeHost, type FakeHost } from './fake-host.ts';
import { ReferenceStore } from './reference-store.ts';

/** Every stage begins at this time, epoch ms. */
export const start = 1_800_000_000_000;

export interface HealthStage {
  readonly host: FakeHost;
  readonly store: ReferenceStore;
  readonly health: Health;
  /** The marks in the store. */
  marks(): Promise<readonly Mark[]>;
  /** Opens another process over the same store. */
  open(): Health;
}

export function stageHealth(store = new ReferenceStore()): HealthStage {
  const host = createFakeHost({ now: start });
  const open = (): Health =>
    new Health(host, store, (error) => {
      throw error;
    });
  return { host, store, health: open(), marks: async () => (await store.readHealth()).marks, open };
}

/** Makes a lease of one key at `https://p.example`, taken at the start. */
export function leaseOf(facts: Partial<Lease> = {}): Lease {
  return {
    credentialId: 'p:config',
    label: 'config',
    foundAt: 'config',
    fingerprint: 'sha256:a',
    account: 'sha256:a',
    origin: 'https://p.example',
    site: 'https://p.example/v1',
    model: 'm',
    operation: 'generate',
    leasedAt: start,
    ...facts,
  };
}

export function failureOf(failureClass: FailureClass, retryAfterMs?: number): Failure {
  const evidence = { rule: 'test', kind: 'status' } as const;
  const named = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { class: failureClass, evidence, message: 'why', ...named };
}
