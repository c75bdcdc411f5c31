/** An account of which answers come at some times, each with its headers about limits. */

import { KnownLimits } from '../../src/access/memory/known-limits.ts';
import { pickLimitHeaders } from '../../src/access/memory/lessons.ts';
import type { Lease, LimitWindow } from '../../src/model/credential.ts';
import type { Headers } from '../../src/model/request.ts';
import { createFakeHost } from './fake-host.ts';
import { ReferenceStore } from './reference-store.ts';

export const start = Date.parse('2026-11-21T12:00:00Z');
export const inSeconds = (ms: number): string => String((start + ms) / 1000);
export const model = 'gpt-5';
const lease: Lease = {
  credentialId: 'one:env',
  label: 'key-1',
  foundAt: '.env:1',
  fingerprint: 'sha256:1',
  account: 'sha256:1',
  origin: 'https://one.test',
  site: 'https://one.test/v1',
  model,
  operation: 'generate',
  leasedAt: start,
};

/** Times are ms after the start. */
export function stageLimits(vendor?: string) {
  const { clock } = createFakeHost({ now: start });
  let now = start;
  const limits = new KnownLimits({
    clock: { ...clock, now: () => now },
    store: new ReferenceStore(),
    health: { limits: new Map() },
    redact: (text) => text.replaceAll('secret', '***'),
    onFault: (fault) => {
      throw fault;
    },
  });
  return {
    note: (headers: Headers, atMs = 0, of: Partial<Lease> = {}): void =>
      limits.note(
        { ...lease, ...of },
        { headers: pickLimitHeaders(200, headers) ?? {}, isGood: true, vendor, asOf: start + atMs },
      ),
    list: (atMs = 0): readonly LimitWindow[] => {
      now = start + atMs;
      return limits.survey().windowsOf(lease);
    },
  };
}

/** The headers of a window of Claude's plans. */
export function planHeaders(name: string, used: number | string, resetMs?: number): Headers {
  const reset = { [`anthropic-ratelimit-unified-${name}-reset`]: inSeconds(resetMs ?? 0) };
  return {
    [`anthropic-ratelimit-unified-${name}-utilization`]: String(used),
    ...(resetMs !== undefined && reset),
  };
}
