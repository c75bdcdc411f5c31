import { describe, expect, it } from 'vitest';
import { createCredential, openReader, secretOf } from '../../../test/contracts/source.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import type { KeychainReading } from '../../host.ts';

const never = new AbortController().signal;
const credential = createCredential('keychain', { kind: 'keychain', service: 'holdfast', account: 'p' });

describe('the keychain', () => {
  it('is waited for three seconds and no longer (B82)', async () => {
    const host = createFakeHost();
    host.keyring.says = 'nothing, ever';
    const { reader } = openReader(host);
    const reading = reader.read(credential, never);
    await host.advance(3000);
    expect(await reading).toEqual({
      state: 'failed',
      lookedIn: ['holdfast/p in the keychain'],
      detail: 'the keychain gave no answer within 3 s: unlock it, or name another source',
    });
  });

  const refusals: readonly { says: KeychainReading; detail: string }[] = [
    { says: { state: 'not-installed' }, detail: 'the keychain cannot be opened: install @napi-rs/keyring' },
    {
      says: { state: 'failed', reason: 'the collection is locked' },
      detail: 'the keychain cannot be opened: the collection is locked',
    },
    { says: { state: 'absent' }, detail: 'not set: looked for holdfast/p in the keychain' },
  ];
  for (const { says, detail } of refusals) {
    it(`that is ${says.state} is told so`, async () => {
      const host = createFakeHost();
      host.keyring.says = says;
      expect(await openReader(host).reader.read(credential, never)).toMatchObject({ detail });
    });
  }

  it('is asked once for all who come together, and again a second later', async () => {
    const host = createFakeHost();
    host.keyring.says = { state: 'found', value: secretOf('a') };
    const { reader } = openReader(host);
    await Promise.all(Array.from({ length: 20 }, () => reader.read(credential, never)));
    expect([host.keyring.asked, reader.peek(credential).state]).toEqual([1, 'ok']);
    await host.advance(1000);
    expect(reader.peek(credential).state).toBe('pending');
  });
});
