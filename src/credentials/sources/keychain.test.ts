import { describe, expect, it } from 'vitest';
import { createCredential, openReader, secretOf } from '../../../test/contracts/source.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import type { KeychainReading } from '../../host.ts';

const never = new AbortController().signal;
const credential = createCredential('keychain', {
  kind: 'keychain',
  service: 'holdfast',
  account: 'p',
});

const other = 'name another source for this key, such as a variable';

describe('the keychain', () => {
  it('is waited for three seconds and no longer', async () => {
    const host = createFakeHost();
    host.keyring.says = 'nothing, ever';
    const { reader } = openReader(host);
    const reading = reader.read(credential, never);
    await host.advance(3000);
    expect(await reading).toEqual({
      state: 'failed',
      lookedIn: ['keychain holdfast/p'],
      detail: 'the keychain gave no answer within 3 s',
      fix: { text: `unlock it, or ${other}` },
    });
  });

  it('that gives no answer holds nobody up afterwards, and is used once it was unlocked', async () => {
    const host = createFakeHost();
    host.keyring.says = { state: 'found', value: secretOf('a') };
    host.keyring.delayMs = 20_000;
    const { reader } = openReader(host);
    const first = reader.read(credential, never);
    await host.advance(3000);
    expect((await first).state).toBe('failed');
    await host.advance(10_000);
    expect([reader.peek(credential).state, host.keyring.asked]).toEqual(['failed', 1]);
    await host.advance(7000);
    expect([reader.peek(credential).state, host.keyring.asked]).toEqual(['ok', 1]);
  });

  it('is not asked a second time while it thinks', async () => {
    const host = createFakeHost();
    host.keyring.says = 'nothing, ever';
    const { reader } = openReader(host);
    const readings = [0, 1, 2].map(async (minute) => {
      await host.clock.sleep(minute * 60_000);
      return reader.read(credential, never);
    });
    await host.advance(200_000);
    expect([(await Promise.all(readings)).length, host.keyring.asked]).toEqual([3, 1]);
  });

  const refusals: readonly { says: KeychainReading; detail: string; todo?: string }[] = [
    {
      says: { state: 'not-installed' },
      detail: 'the keychain cannot be opened: @napi-rs/keyring is not installed',
      todo: `install @napi-rs/keyring beside Holdfast, or ${other}`,
    },
    {
      says: { state: 'not-running', reason: 'none runs here' },
      detail: 'the keychain cannot be opened: none runs here',
      todo: other,
    },
    {
      says: { state: 'failed', reason: 'the collection is locked' },
      detail: 'the keychain cannot be opened: the collection is locked',
      todo: `unlock it, or ${other}`,
    },
    { says: { state: 'absent' }, detail: 'not set: looked for keychain holdfast/p' },
  ];
  for (const { says, detail, todo } of refusals) {
    it(`that is ${says.state} is told so`, async () => {
      const host = createFakeHost();
      host.keyring.says = says;
      expect(await openReader(host).reader.read(credential, never)).toMatchObject({
        detail,
        ...(todo !== undefined && { fix: { text: todo } }),
      });
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
