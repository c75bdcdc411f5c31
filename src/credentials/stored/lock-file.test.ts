import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { holdLockFile, type IsHeld } from './lock-file.ts';

const path = '/h/credentials.json.lock';
const lock = { path, lockMs: 10_000, waitMs: 15_000 };

/** A lock as another process would leave it. */
const foreign = (host: FakeHost, leftMs: number): string =>
  JSON.stringify({ process: 99, token: 'theirs', expiresAt: host.clock.now() + leftMs });

/** What became of a promise, while the fake clock moves. */
async function settle<T>(host: FakeHost, work: Promise<T>, ms: number): Promise<T | Error> {
  const caught = work.catch((error: Error) => error);
  await host.advance(ms);
  return Promise.race([caught, Promise.resolve(new Error('still waiting'))]);
}

describe('a lock file', () => {
  it('names its owner and its end while the work runs, and is gone afterwards', async () => {
    const host = createFakeHost();
    const seen = await holdLockFile(host, lock, () => JSON.parse(host.fileText(path) ?? '{}'));
    expect(seen).toEqual({
      process: 4711,
      token: 'token1xxx',
      expiresAt: host.clock.now() + 10_000,
    });
    expect(host.fileText(path)).toBeUndefined();
  });

  it('is given back when the work throws', async () => {
    const host = createFakeHost();
    const work = holdLockFile(host, lock, () => {
      throw new Error('disk full');
    });
    await expect(work).rejects.toThrow('disk full');
    expect(host.fileText(path)).toBeUndefined();
  });

  it('lets one work at a time', async () => {
    const host = createFakeHost();
    const steps: string[] = [];
    const work = (name: string) => async () => {
      steps.push(`${name} begins`);
      await host.clock.sleep(1000);
      steps.push(`${name} ends`);
    };
    const both = Promise.all([
      holdLockFile(host, lock, work('a')),
      holdLockFile(host, lock, work('b')),
    ]);
    await host.advance(3000);
    await both;
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('ends the wait after its limit, with the lock and its owner in the message', async () => {
    const host = createFakeHost();
    host.setFile(path, foreign(host, 60_000));
    const outcome = await settle(
      host,
      holdLockFile(host, lock, () => 'done'),
      15_100,
    );
    expect(outcome).toMatchObject({
      code: 'credentials-locked',
      message: `process 99 holds the lock ${path}`,
    });
    expect(host.fileText(path)).toContain('theirs');
  });

  const leftBehind: readonly { name: string; text: (host: FakeHost) => string; afterMs: number }[] =
    [
      { name: 'whose end has passed', text: (host) => foreign(host, 5000), afterMs: 5100 },
      { name: 'that was cut in its making', text: () => '{"pro', afterMs: 10_100 },
      {
        name: 'from before the clock was set back',
        text: (host) => foreign(host, 3_600_000),
        afterMs: 50,
      },
    ];
  for (const { name, text, afterMs } of leftBehind) {
    it(`is taken over from a killed process: one ${name}`, async () => {
      const host = createFakeHost();
      host.setFile(path, text(host));
      const work = holdLockFile(host, lock, () => 'done');
      expect(await settle(host, work, afterMs)).toBe('done');
      expect([host.fileText(path), host.fileText(`${path}.stale`)]).toEqual([undefined, undefined]);
    });
  }

  it('is taken over though a process was killed while it judged it', async () => {
    const host = createFakeHost();
    host.setFile(path, foreign(host, 1000));
    host.setFile(`${path}.stale`, '');
    expect(
      await settle(
        host,
        holdLockFile(host, lock, () => 'done'),
        10_100,
      ),
    ).toBe('done');
  });

  it('tells its work that it was taken over, and does not remove the lock of the next', async () => {
    const host = createFakeHost();
    let ask: IsHeld = () => true;
    const work = holdLockFile(host, lock, async (isHeld) => {
      ask = isHeld;
      await host.clock.sleep(20_000);
      return isHeld();
    });
    await host.advance(11_000);
    expect(ask()).toBe(true);
    host.setFile(path, foreign(host, 10_000));
    expect(await settle(host, work, 10_000)).toBe(false);
    expect(host.fileText(path)).toContain('theirs');
  });
});
