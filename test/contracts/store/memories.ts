/** Proven secrets, records and bound ids are kept as long as they are of use, in every store (law 6). */

import { expect, it } from 'vitest';
import { recordLimit } from '../../../src/store/policy.ts';
import { day, type Present, recordOf, start } from './rows.ts';

export function testProven(store: Present): void {
  const row = (fingerprint: string, at: number, origin = 'https://p.example') => ({
    origin,
    fingerprint,
    at,
  });
  const provenIn = async () =>
    [...(await store().readHealth()).proven].sort((left, right) => left.at - right.at);

  it('is proven at its origin only, and at the latest time known (law 6)', async () => {
    await store().putProven([row('a', start), row('a', start + 5, 'https://q.example')]);
    await store().putProven([row('a', start - 1), row('a', start + 2)]);
    expect(await provenIn()).toEqual([row('a', start + 2), row('a', start + 5, 'https://q.example')]);
  });

  it('is forgotten on request, at every origin', async () => {
    await store().putProven([row('a', start), row('a', start + 1, 'https://q.example'), row('b', start + 2)]);
    await store().forgetProven(['a', 'unknown']);
    expect(await provenIn()).toEqual([row('b', start + 2)]);
  });

  it('is forgotten after 90 days without a success', async () => {
    await store().putProven([row('old', start), row('kept', start + 1)]);
    await store().putProven([row('new', start + 90 * day)]);
    expect((await provenIn()).map(({ fingerprint }) => fingerprint)).toEqual(['kept', 'new']);
  });

  it('takes nothing for nothing', async () => {
    await store().putProven([]);
    await store().forgetProven([]);
    expect(await provenIn()).toEqual([]);
  });
}

export function testRecords(store: Present): void {
  const idsOf = async (limit: number) => (await store().readRecords(limit)).map(({ id }) => id);

  it('gives the latest records, oldest first, as they were given', async () => {
    await store().appendRecords([recordOf('a', start), recordOf('c', start + 2)]);
    await store().appendRecords([recordOf('b', start + 1)]);
    expect(await store().readRecords(2)).toEqual([recordOf('b', start + 1), recordOf('c', start + 2)]);
    expect(await idsOf(10)).toEqual(['a', 'b', 'c']);
    expect(await idsOf(0)).toEqual([]);
  });

  it('keeps one record of a request', async () => {
    await store().appendRecords([recordOf('a', start)]);
    await store().appendRecords([recordOf('a', start + 1)]);
    expect(await store().readRecords(10)).toEqual([recordOf('a', start + 1)]);
  });

  it('keeps so many, and none that is older than the newest by 30 days', async () => {
    const many = Array.from({ length: recordLimit + 10 }, (_, index) => recordOf(`${index}`, start + index));
    await store().appendRecords(many);
    expect(await idsOf(2 * recordLimit)).toEqual(many.slice(10).map(({ id }) => id));
    await store().appendRecords([recordOf('late', start + recordLimit + 30 * day)]);
    expect((await idsOf(recordLimit)).slice(-2)).toEqual([`${recordLimit + 9}`, 'late']);
    expect(await idsOf(recordLimit)).toHaveLength(10);
  });

  it('remembers for 30 days which account an id belongs to', async () => {
    const row = (id: string, at: number, account = 'team') => ({ id, origin: 'p', account, at });
    await store().bindIds([row('resp_1', start), row('resp_2', start + 1)]);
    await store().bindIds([row('resp_2', start + 2, 'other')]);
    expect(await store().findBoundId('resp_1')).toEqual(row('resp_1', start));
    expect(await store().findBoundId('resp_2')).toEqual(row('resp_2', start + 2, 'other'));
    expect(await store().findBoundId('resp_3')).toBeUndefined();
    await store().bindIds([row('resp_4', start + 30 * day)]);
    expect(await store().findBoundId('resp_1')).toBeUndefined();
    expect(await store().findBoundId('resp_2')).toBeDefined();
  });
}
