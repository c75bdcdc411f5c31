import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.ts';
import { Notifier } from './notify.ts';

function stage(environment: Readonly<Record<string, string>>): {
  host: FakeHost;
  notifier: Notifier;
  faults: string[];
} {
  const host = createFakeHost({ environment });
  const faults: string[] = [];
  return { host, faults, notifier: new Notifier(host, (text) => faults.push(text)) };
}

/** The fake programs end when the clock moves, one after the other. */
async function close(notifier: Notifier, host: FakeHost): Promise<void> {
  const closed = notifier.close();
  for (let turn = 0; turn < 10; turn += 1) await host.advance(1);
  await closed;
}

const messagesOf = ({ programs }: FakeHost): readonly string[] =>
  programs.runs.map(({ command }) => command.join(' '));

describe('Notifier', () => {
  it('runs nothing where no manager listens, and still reloads', async () => {
    const { host, notifier } = stage({});
    let reloads = 0;
    notifier.ready('listens');
    notifier.reload(() => {
      reloads += 1;
    });
    notifier.stopping('drains');
    await close(notifier, host);
    expect({ reloads, runs: messagesOf(host) }).toEqual({ reloads: 1, runs: [] });
  });

  it('says ready, reloading, ready again and stopping, in this order', async () => {
    const { host, notifier } = stage({
      NOTIFY_SOCKET: '/run/notify',
      PATH: '/bin',
      XIAOMI_API_KEY: 'x',
    });
    notifier.ready('listens');
    notifier.reload(() => undefined);
    notifier.stopping('finishing 0 requests');
    await close(notifier, host);
    expect(messagesOf(host)).toEqual([
      'systemd-notify READY=1 STATUS=listens',
      'systemd-notify RELOADING=1 STATUS=reading the configuration again',
      'systemd-notify READY=1 STATUS=the configuration was read again',
      'systemd-notify STOPPING=1 STATUS=finishing 0 requests',
    ]);
    expect(host.programs.runs[0]?.options.environment).toEqual({
      NOTIFY_SOCKET: '/run/notify',
      PATH: '/bin',
    });
  });

  it.each([
    ['three times in the limit, until it is closed', { WATCHDOG_USEC: '30000000' }, 2],
    [
      'when the watchdog means this process',
      { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '4711' },
      2,
    ],
    ['never for another process', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' }, 0],
    ['never without a limit', {}, 0],
  ])('gives a sign of life %s', async (_name, watchdog, expected) => {
    const { host, notifier } = stage({ NOTIFY_SOCKET: '/run/notify', ...watchdog });
    notifier.ready('listens');
    await host.advance(25_000);
    await close(notifier, host);
    await host.advance(60_000);
    expect(messagesOf(host).filter((said) => said.includes('WATCHDOG=1'))).toHaveLength(expected);
  });

  it('says once, with the way out, that the manager cannot be told', async () => {
    const { host, notifier, faults } = stage({ NOTIFY_SOCKET: '/run/notify' });
    host.programs.act = () => ({ result: { ended: 'not-started', reason: 'no such program' } });
    notifier.ready('listens');
    notifier.stopping('drains');
    await close(notifier, host);
    expect(faults).toEqual([expect.stringContaining('systemd-notify failed (no such program)')]);
  });
});
