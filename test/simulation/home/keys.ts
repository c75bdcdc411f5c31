/** The keys of a home: where each is written down, and what its provider thinks of it. */

import type { FakeHost } from '../../fakes/fake-host.ts';
import type { Step, Story } from './story.ts';

/** Why a provider refuses a secret. */
export type Refusal = 'revoked' | 'refused for a moment' | 'spent';

export interface HeldSecret {
  readonly provider: string;
  readonly key: number;
  readonly version: number;
}

interface HeldKey {
  readonly provider: string;
  readonly key: number;
  readonly source: 'file' | 'env' | 'config';
  version: number;
  isEmpty: boolean;
  changedAt: number;
}

type KeyStep = Extract<Step, { readonly do: 'key' }>;

export const homeFolder = '/hf';

export class KeyRing {
  readonly #host: FakeHost;
  readonly #keys: readonly HeldKey[];
  readonly #issued = new Map<string, HeldSecret>();
  readonly #refusals = new Map<string, { readonly why: Refusal; readonly until: number }>();
  /** Providers whose keys were ever touched. */
  readonly touched = new Set<string>();

  constructor(host: FakeHost, { providers }: Pick<Story, 'providers'>) {
    this.#host = host;
    this.#keys = providers.flatMap(({ name, keys }) =>
      keys.map(({ source }, key) => ({
        provider: name,
        key,
        source,
        version: 1,
        isEmpty: false,
        changedAt: -10_000,
      })),
    );
    for (const key of this.#keys) this.#write(key);
  }

  /** The secret that stands in the source of a key. */
  secretOf(provider: string, key: number): string {
    const found = this.#find(provider, key);
    return found === undefined || found.isEmpty ? '' : nameSecret(found);
  }

  sourceOf({ provider, key }: Pick<HeldSecret, 'provider' | 'key'>): HeldKey['source'] | undefined {
    return this.#find(provider, key)?.source;
  }

  /** Who has this secret; undefined if nobody ever had it. */
  ownerOf(secret: string): HeldSecret | undefined {
    return this.#issued.get(secret);
  }

  /** How long its source has not had this secret any more, ms; 0 if it has it. */
  staleMs(secret: string): number {
    const owner = this.#issued.get(secret);
    const key = owner && this.#find(owner.provider, owner.key);
    if (key === undefined || this.secretOf(key.provider, key.key) === secret) return 0;
    return this.#host.clock.monotonic() - key.changedAt;
  }

  refusalOf(secret: string): Refusal | undefined {
    const refusal = this.#refusals.get(secret);
    return refusal !== undefined && this.#host.clock.monotonic() < refusal.until
      ? refusal.why
      : undefined;
  }

  change({
    provider,
    key: index,
    change,
    forMs,
  }: Pick<KeyStep, 'provider' | 'key' | 'change' | 'forMs'>): void {
    const key = this.#find(provider, index);
    if (key === undefined) return;
    this.touched.add(provider);
    const now = this.#host.clock.monotonic();
    const old = nameSecret(key);
    const refuse = (why: Refusal, from = now, until = Number.POSITIVE_INFINITY): void => {
      const begin = (): void => void this.#refusals.set(old, { why, until });
      if (from > now) this.#host.clock.startTimer(from - now, begin);
      else begin();
    };
    if (change === 'revoke') refuse('revoked');
    else if (change === 'refuse') refuse('refused for a moment', now, now + forMs);
    else if (change === 'spend') refuse('spent', now, now + forMs);
    else {
      key.changedAt = now;
      if (change === 'rotate') {
        key.version += 1;
        refuse('revoked', now + (forMs > 2000 ? forMs : 0));
      } else {
        key.isEmpty = key.source !== 'config';
        this.#host.clock.startTimer(forMs, () => this.#fill(key));
      }
      this.#write(key);
    }
  }

  /** From now on every secret in its source is good. */
  heal(): void {
    this.#refusals.clear();
    for (const key of this.#keys) if (key.isEmpty) this.#fill(key);
  }

  #fill(key: HeldKey): void {
    key.isEmpty = false;
    key.changedAt = this.#host.clock.monotonic();
    this.#write(key);
  }

  #find(provider: string, key: number): HeldKey | undefined {
    return this.#keys.find((one) => one.provider === provider && one.key === key);
  }

  /** The configuration is written by the home. */
  #write({ provider, key, source, version }: HeldKey): void {
    this.#issued.set(nameSecret({ provider, key, version }), { provider, key, version });
    if (source === 'file') this.#host.setFile(fileOf(provider, key), this.secretOf(provider, key));
    const inFile = this.#keys.filter((one) => one.source === 'env' && !one.isEmpty);
    const lines = inFile.map((one) => `${variableOf(one.provider, one.key)}=${nameSecret(one)}`);
    if (source === 'env') this.#host.setFile(`${homeFolder}/.env`, `${lines.join('\n')}\n`);
  }
}

export const fileOf = (provider: string, key: number): string =>
  `${homeFolder}/keys/${provider}-${key}`;

export function variableOf(provider: string, key: number): string {
  return `STORY_${provider.replace('-', '_').toUpperCase()}_${key}`;
}

function nameSecret({ provider, key, version }: HeldSecret): string {
  return `sk-test-${provider}-simulated-${key}-v${version}`;
}
