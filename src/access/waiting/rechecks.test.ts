/**
 * One rechecker for each refused secret; who waits learns of the end, and takes over when there was
 * none (law 6).
 */

import { describe, expect, it } from 'vitest';
import type { Lease } from '../../model/credential.ts';
import { Rechecks } from './rechecks.ts';

const lease: Lease = {
  credentialId: 'p:config',
  label: 'config',
  foundAt: 'config',
  fingerprint: 'sha256:a',
  account: 'sha256:a',
  origin: 'https://p.example',
  site: 'https://p.example/v1',
  model: 'm',
  operation: 'generate',
  leasedAt: 0,
};

const never = new AbortController().signal;

describe('Rechecks', () => {
  it('gives the recheck to the first, and to nobody else until it ends', () => {
    const rechecks = new Rechecks();
    expect(rechecks.begin(lease, 'one')).toBe(true);
    expect(rechecks.begin(lease, 'one')).toBe(true);
    expect(rechecks.begin(lease, 'two')).toBe(false);
    expect([rechecks.isBusy(lease, 'one'), rechecks.isBusy(lease, 'two')]).toEqual([false, true]);
    rechecks.end(lease, 'two');
    expect(rechecks.isBusy(lease, 'two')).toBe(true);
    rechecks.end(lease, 'one');
    expect(rechecks.begin(lease, 'two')).toBe(true);
  });

  it('is about one secret, one model and one origin', () => {
    const rechecks = new Rechecks();
    rechecks.begin(lease, 'one');
    expect(rechecks.begin({ ...lease, model: 'n' }, 'two')).toBe(true);
    expect(rechecks.begin({ ...lease, fingerprint: 'sha256:b' }, 'two')).toBe(true);
  });

  it('tells everybody who waits how it ended', async () => {
    const rechecks = new Rechecks();
    rechecks.begin(lease, 'one');
    const waiting = [rechecks.waitFor(lease, never), rechecks.waitFor(lease, never)];
    rechecks.end(lease, 'one');
    expect(await Promise.all(waiting)).toEqual(['settled', 'settled']);
    rechecks.begin(lease, 'one');
    const left = rechecks.waitFor(lease, never);
    rechecks.endAll('one');
    expect(await left).toBe('abandoned');
  });

  it('lets a waiting caller go at once', async () => {
    const rechecks = new Rechecks();
    rechecks.begin(lease, 'one');
    const caller = new AbortController();
    const waiting = rechecks.waitFor(lease, caller.signal);
    caller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
  });
});
