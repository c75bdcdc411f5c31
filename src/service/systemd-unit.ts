/**
 * Renders the unit file for systemd. Pure. It contains no secret: the service reads those from
 * their usual places.
 */

import { imprintText } from './imprint.ts';
import type { ServicePlan } from './plan.ts';
import { socketUnit, streamOf } from './systemd-socket.ts';

export function renderUnit(plan: ServicePlan): string {
  const { scope, node, entry, account, variables, environmentFile, stopSeconds } = plan;
  const isSystem = scope === 'system';
  const environment = Object.entries(variables).map(
    ([name, value]) => `Environment=${quoteForUnit(`${name}=${value}`)}`,
  );
  const lines = [
    '# {imprint}',
    `# Own lines: systemctl ${isSystem ? '' : '--user '}edit holdfast. Own variables: ${environmentFile}`,
    '[Unit]',
    'Description=Holdfast: keeps AI agents attached to their models',
    ...(isSystem ? ['Wants=network-online.target', 'After=network-online.target'] : []),
    ...(streamOf(plan.place) === undefined
      ? []
      : [`Requires=${socketUnit}`, `After=${socketUnit}`]),
    // Retry for ever after a crash, or while the port is in use.
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=notify',
    // Each message comes from a child process, systemd-notify.
    'NotifyAccess=all',
    `ExecStart=${[node, entry, 'serve'].map(quoteArgument).join(' ')}`,
    'ExecReload=/bin/kill -HUP $MAINPID',
    ...(isSystem ? [`User=${account.name}`] : []),
    ...environment,
    `EnvironmentFile=-${escapeSpecifiers(environmentFile)}`,
    'Restart=on-failure',
    'RestartSec=5',
    // An unknown option, an invalid configuration, no usable key: a restart would fail again.
    'RestartPreventExitStatus=2 3 4',
    'TimeoutStartSec=60',
    'WatchdogSec=60',
    `TimeoutStopSec=${stopSeconds}`,
    ...hardening,
    ...(isSystem ? systemHardening : []),
    '',
    '[Install]',
    `WantedBy=${isSystem ? 'multi-user' : 'default'}.target`,
    '',
  ];
  return imprintText(lines.join('\n'));
}

/**
 * Options that every user manager supports. Core dumps are off, since they would contain keys.
 * Memory stays executable for V8's compiler.
 */
const hardening: readonly string[] = [
  'UMask=0077',
  'LimitCORE=0',
  'NoNewPrivileges=yes',
  'RestrictSUIDSGID=yes',
  'RestrictRealtime=yes',
  'LockPersonality=yes',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
  'SystemCallArchitectures=native',
];

/** The home stays writable, since programs that print keys renew their tokens there. */
const systemHardening: readonly string[] = [
  'CapabilityBoundingSet=',
  'ProtectSystem=full',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'ProtectKernelTunables=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelLogs=yes',
  'ProtectControlGroups=yes',
  'ProtectClock=yes',
  'ProtectHostname=yes',
  'RestrictNamespaces=yes',
];

/** Quotes one word of a command, in which systemd expands variables. */
function quoteArgument(word: string): string {
  return quoteForUnit(word.replaceAll('$', '$$$$'));
}

function quoteForUnit(text: string): string {
  const escaped = escapeSpecifiers(text.replaceAll('\\', '\\\\').replaceAll('"', '\\"'));
  return /^[\w@+=:,./%-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}

/** systemd would replace `%h` and other specifiers. */
function escapeSpecifiers(text: string): string {
  return text.replaceAll('%', '%%');
}
