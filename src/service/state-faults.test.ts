import { expect, it } from 'vitest';
import { formatFix } from '../errors.ts';
import { findApart } from './environment.ts';
import { describeProcess, listStateFaults, type SeenService } from './state-faults.ts';
import { type ServiceState, systemd } from './supervisor.ts';

const supervisor = systemd({ scope: 'user', home: '/h', configHome: '/h/.config', userId: '1' });
const running = { pid: 7, url: 'http://127.0.0.1:4653' };
const well: ServiceState = { isRunning: true, state: 'active (running)', isEnabled: true };

type Seen = Omit<Partial<SeenService>, 'state'> & {
  readonly state?: Partial<ServiceState>;
  readonly unasked?: true;
};

function told({ state, unasked, ...seen }: Seen): readonly string[] {
  const service: SeenService = {
    supervisor,
    plan: { scope: 'user', account: { name: 'ada', home: '/h' } },
    ...seen,
    state: unasked ? { state: 'no bus' } : { ...well, ...state },
  };
  const faults = [describeProcess(service, 'no usable key') ?? [], listStateFaults(service)];
  return faults
    .flat()
    .map(({ what, fix, isHarmless }) => `${isHarmless ? '–' : '✗'} ${what} → ${formatFix(fix)}`);
}

it.each<[string, Seen, readonly string[]]>([
  ['all is well', { running }, []],
  ['nobody can be asked', { unasked: true }, []],
  [
    'it failed',
    { state: { isRunning: false, state: 'failed (failed)', exitStatus: 4 } },
    [
      '✗ holdfast.service does not run: failed (failed); it ended with 4: no usable key → its log says why: journalctl --user -u holdfast -n 20',
    ],
  ],
  [
    'it was stopped',
    { state: { isRunning: false, state: 'inactive (dead)' } },
    ['– holdfast.service does not run: inactive (dead) → start it: holdfast service start'],
  ],
  [
    'its socket waits for a connection',
    { state: { isRunning: false, state: 'inactive (dead)', heldAt: '127.0.0.1:4653' } },
    [],
  ],
  ['it ends', { state: { isRunning: false, state: 'deactivating (stop-sigterm)' } }, []],
  ['it starts', { state: { isRunning: false, state: 'activating (start)' } }, []],
  [
    'a gateway that was started by hand has its port',
    { running, state: { isRunning: false, state: 'activating (auto-restart)', exitStatus: 1 } },
    [
      '✗ holdfast.service does not run: activating (auto-restart); another process, the gateway at http://127.0.0.1:4653 (pid 7), has its port → end that one, then `holdfast service start`: kill 7',
    ],
  ],
  [
    'it is disabled',
    { state: { isEnabled: false } },
    [
      '– holdfast.service does not start by itself → let it: systemctl --user enable holdfast.service',
    ],
  ],
  [
    'its file has changed',
    { state: { needsReload: true } },
    [
      '✗ a file of holdfast.service has changed since systemd read it, so the service runs as it was → have it read, then `holdfast service restart`: systemctl --user daemon-reload',
    ],
  ],
  [
    'it does not linger',
    { lingers: false },
    ['– holdfast.service ends when ada logs out → keep it: loginctl enable-linger ada'],
  ],
  [
    'its drop-in names another home',
    { apart: findApart({ HOME: '/h', HOLDFAST_HOME: '/srv' }, { HOME: '/h' }) },
    [
      '✗ holdfast.service and this shell have two homes: HOLDFAST_HOME is /srv there and not set here → look where the service does: export HOLDFAST_HOME=/srv',
    ],
  ],
])('%s', (_what, seen, expected) => {
  expect(told(seen)).toEqual(expected);
});

it.each([
  [{ HOME: '/h' }, { HOME: '/h', XDG_CONFIG_HOME: '/h/.config' }, undefined],
  [{ HOME: '/h' }, { HOME: '/h', HOLDFAST_HOME: '/srv' }, 'HOLDFAST_HOME'],
  [{ HOME: '/other' }, { HOME: '/h' }, 'HOME'],
  [{ HOME: '/other', HOLDFAST_HOME: '/srv' }, { HOME: '/h', HOLDFAST_HOME: '/srv' }, undefined],
])('two homes: %j and %j', (theirs, ours, variable) => {
  expect(findApart(theirs, ours)?.variable).toBe(variable);
});
