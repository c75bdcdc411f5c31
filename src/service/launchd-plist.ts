/** The property list for launchd, as text. Pure. It holds no secret. */

import type { ServicePlan } from './plan.ts';
import { sealText } from './seal.ts';

export const launchdLabel = 'dev.holdfast.gateway';

/** launchd restarts whatever ends with another status than 0, at most once in `ThrottleInterval`; it knows no exit codes. */
export function renderPlist(plan: ServicePlan): string {
  const { scope, node, entry, account, variables, stopSeconds } = plan;
  const log = `${account.home}/Library/Logs/holdfast.log`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!-- {seal} -->',
    '<plist version="1.0">',
    '<dict>',
    ...entryOf('Label', textOf(launchdLabel)),
    ...entryOf('ProgramArguments', arrayOf([node, entry, 'serve'])),
    ...entryOf('EnvironmentVariables', dictOf(variables)),
    ...(scope === 'system' ? entryOf('UserName', textOf(account.name)) : []),
    ...entryOf('RunAtLoad', ['<true/>']),
    ...entryOf('KeepAlive', ['<dict>', '  <key>SuccessfulExit</key>', '  <false/>', '</dict>']),
    ...entryOf('ThrottleInterval', ['<integer>30</integer>']),
    ...entryOf('ExitTimeOut', [`<integer>${stopSeconds}</integer>`]),
    ...entryOf('ProcessType', textOf('Interactive')),
    ...entryOf('Umask', ['<integer>63</integer>']),
    ...entryOf('StandardErrorPath', textOf(log)),
    '</dict>',
    '</plist>',
    '',
  ];
  return sealText(lines.join('\n'));
}

function entryOf(key: string, value: readonly string[]): readonly string[] {
  return [`<key>${key}</key>`, ...value].map((line) => `  ${line}`);
}

function textOf(value: string): readonly string[] {
  return [`<string>${escapeXml(value)}</string>`];
}

function arrayOf(values: readonly string[]): readonly string[] {
  return ['<array>', ...values.flatMap(textOf).map((line) => `  ${line}`), '</array>'];
}

function dictOf(values: Readonly<Record<string, string>>): readonly string[] {
  const lines = Object.entries(values).flatMap(([name, value]) => [
    `  <key>${escapeXml(name)}</key>`,
    ...textOf(value).map((line) => `  ${line}`),
  ]);
  return ['<dict>', ...lines, '</dict>'];
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
