/**
 * Tries a secret that no pool holds yet, or holds for another origin: one small completion over a route made for it.
 * Serves `auth add` and `auth test --accept-origin`.
 */

import type { Engine } from '../access/engine.ts';
import type { ResolvedConfig } from '../config/resolved.ts';
import type { Credential, SecretLocator } from '../model/credential.ts';
import type { Target } from '../model/target.ts';
import { type KeyTest, testKey } from './test-key.ts';

export interface Trial {
  /** Its origin is the only place that the secret is sent to. */
  readonly target: Target;
  readonly locator: SecretLocator;
  readonly signal: AbortSignal;
}

export async function trySecret(engine: Engine, { target, locator, signal }: Trial): Promise<KeyTest> {
  const credential: Credential = {
    id: `${target.provider}:trial`,
    provider: target.provider,
    label: 'the given key',
    source: 'stored',
    locator,
    origin: target.origin,
  };
  const config = engine.config();
  const task = 'trial';
  const trial: ResolvedConfig = {
    ...config,
    routes: new Map([[task, { task, targets: [{ target, reason: 'tried by itself' }] }]]),
    tasks: new Map(),
    pools: new Map([[target.pool, [credential]]]),
  };
  const asked = { id: credential.id, model: task, signal };
  return { ...(await testKey({ ...engine, config: () => trial }, asked)), model: target.id };
}
