import { describe, expect, it } from 'vitest';
import type { ServicePlan } from './plan.ts';
import { launchd, systemd } from './supervisor.ts';

const plan: ServicePlan = {
  scope: 'user',
  node: '/opt/node 24/bin/node',
  entry: '/opt/100%/$x/"holdfast".js',
  account: { name: 'ada', home: '/home/ada' },
  variables: { HOLDFAST_HOME: '/home/ada/a & b/<holdfast>' },
  environmentFile: '/home/ada/100%/service.env',
  place: { host: '127.0.0.1', port: 4653 },
  stopSeconds: 620,
};
const place = {
  scope: 'user',
  home: '/home/ada',
  configHome: '/home/ada/.config',
  userId: '501',
} as const;

describe('the unit for systemd', () => {
  const unit = systemd(place).render(plan);

  it('quotes what systemd would read as something else', () => {
    expect(unit).toContain(
      String.raw`ExecStart="/opt/node 24/bin/node" "/opt/100%%/$$x/\"holdfast\".js" serve`,
    );
    expect(unit).toContain('Environment="HOLDFAST_HOME=/home/ada/a & b/<holdfast>"');
    expect(unit).toContain('EnvironmentFile=-/home/ada/100%%/service.env');
  });

  it('runs as a named user, confined, only in the system', () => {
    const system = systemd({ ...place, scope: 'system' });
    const text = system.render({ ...plan, scope: 'system' });
    expect(system.path).toBe('/etc/systemd/system/holdfast.service');
    expect([unit, text].map((one) => /^User=ada$/m.test(one))).toEqual([false, true]);
    expect([unit, text].map((one) => /^ProtectSystem=/m.test(one))).toEqual([false, true]);
  });

  it.each([
    ['127.0.0.1', 4653, '127.0.0.1:4653'],
    ['localhost', 4653, '127.0.0.1:4653'],
    ['0.0.0.0', 80, '0.0.0.0:80'],
    ['::1', 4653, '[::1]:4653'],
    ['[::1]', 4653, '[::1]:4653'],
    ['::', 4653, '[::]:4653'],
    ['fe80::1%eth0', 4653, '[fe80::1%%eth0]:4653'],
    ['gateway.lan', 4653, undefined],
    ['127.0.0.1', 0, undefined],
  ])('lets a socket unit hold %s:%i as %s', (host, port, stream) => {
    const at = { ...plan, place: { host, port } };
    const socket = systemd(place).socket?.render(at);
    expect(/^ListenStream=(.*)$/m.exec(socket ?? '')?.[1]).toBe(stream);
    expect(/^BindIPv6Only=both$/m.test(socket ?? '')).toBe(host === '::');
    const service = systemd(place).render(at);
    expect(/^Requires=holdfast\.socket\nAfter=holdfast\.socket$/m.test(service)).toBe(
      stream !== undefined,
    );
  });

  it.each([
    [
      'ActiveState=active\nSubState=running\nMainPID=812\nActiveEnterTimestamp=Sat 2026-11-21\nExecMainCode=0\nUnitFileState=enabled',
      {
        isRunning: true,
        state: 'active (running)',
        pid: 812,
        since: 'Sat 2026-11-21',
        isEnabled: true,
      },
    ],
    [
      'ActiveState=inactive\nSubState=dead\n\nListen=127.0.0.1:4653 (Stream)\nActiveState=active\n',
      { isRunning: false, state: 'inactive (dead)', isEnabled: false, heldAt: '127.0.0.1:4653' },
    ],
    [
      'ActiveState=active\nSubState=running\nUnitFileState=enabled\nNeedDaemonReload=yes\nEnvironment=KEY=sk-test-1 "HOLDFAST_HOME=/a b"\n',
      {
        isRunning: true,
        state: 'active (running)',
        isEnabled: true,
        needsReload: true,
        places: ['HOLDFAST_HOME=/a b'],
      },
    ],
    [
      'ActiveState=active\nSubState=running\n\nListen=127.0.0.1:4653 (Stream)\nActiveState=failed\n',
      { isRunning: true, state: 'active (running)', isEnabled: false },
    ],
    [
      'ActiveState=failed\nSubState=failed\nMainPID=0\nExecMainCode=1\nExecMainStatus=3\nUnitFileState=disabled',
      { isRunning: false, state: 'failed (failed)', exitStatus: 3, isEnabled: false },
    ],
  ])('is read back from systemctl show', (output, expected) => {
    expect(systemd(place).readState(output)).toEqual(expected);
  });
});

describe('the property list for launchd', () => {
  const service = launchd(place);

  it('is what a reader of property lists reads back', () => {
    expect(service.path).toBe('/home/ada/Library/LaunchAgents/dev.holdfast.gateway.plist');
    expect(parsePlist(service.render(plan))).toEqual({
      Label: 'dev.holdfast.gateway',
      ProgramArguments: [plan.node, plan.entry, 'serve'],
      EnvironmentVariables: plan.variables,
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ThrottleInterval: 30,
      ExitTimeOut: 620,
      ProcessType: 'Interactive',
      Umask: 0o77,
      StandardErrorPath: '/home/ada/Library/Logs/holdfast.log',
    });
  });

  it('is read back from launchctl print', () => {
    const output =
      'gui/501/dev.holdfast.gateway = {\n\tstate = running\n\tpid = 812\n\tlast exit code = 3\n}';
    expect(service.readState(output)).toEqual({
      isRunning: true,
      state: 'running',
      pid: 812,
      exitStatus: 3,
    });
  });
});

type Plist = string | number | boolean | readonly Plist[] | { readonly [key: string]: Plist };

/** A reader of the few elements there are, strict in all: what it does not know fails. */
function parsePlist(text: string): Plist {
  const tokens = text
    .replace(/^<\?xml[^>]*\?>\n<!--[^>]*-->\n<plist version="1.0">/, '')
    .replace(/<\/plist>\n$/, '')
    .match(/<[^>]+>|[^<]+/g)
    ?.filter((token) => token.trim() !== '');
  const rest = [...(tokens ?? [])];
  const take = (wanted?: string): string => {
    const token = rest.shift() ?? '';
    if (wanted !== undefined && token !== wanted) throw new Error(`${token} instead of ${wanted}`);
    return token;
  };
  const textUntil = (end: string): string => {
    const value = take();
    take(end);
    return value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  };
  const read = (): Plist => {
    const opening = take();
    if (opening === '<true/>' || opening === '<false/>') return opening === '<true/>';
    if (opening === '<string>') return textUntil('</string>');
    if (opening === '<integer>') return Number(textUntil('</integer>'));
    const pairs: [string, Plist][] = [];
    const isDict = opening === '<dict>';
    if (!isDict && opening !== '<array>') throw new Error(`unknown: ${opening}`);
    while (rest[0] !== opening.replace('<', '</')) {
      if (isDict) take('<key>');
      pairs.push([isDict ? textUntil('</key>') : '', read()]);
    }
    take();
    return isDict ? Object.fromEntries(pairs) : pairs.map(([, value]) => value);
  };
  return read();
}
