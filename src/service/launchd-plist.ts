/** Renders the property list for launchd. Pure. It contains no secret. */

import { imprintText } from './imprint.ts';
import type { ServicePlan } from './plan.ts';

export const launchdLabel = 'dev.holdfast.gateway';

type Plist = string | number | boolean | readonly string[] | { readonly [key: string]: Plist };

/**
 * launchd restarts a program whose exit status is not 0, at most once per `ThrottleInterval`. It
 * cannot exclude single statuses.
 */
export function renderPlist({
  scope,
  node,
  entry,
  account,
  variables,
  stopSeconds,
}: ServicePlan): string {
  const lines = plistLines({
    Label: launchdLabel,
    ProgramArguments: [node, entry, 'serve'],
    EnvironmentVariables: variables,
    ...(scope === 'system' ? { UserName: account.name } : {}),
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 30,
    ExitTimeOut: stopSeconds,
    ProcessType: 'Interactive',
    Umask: 63,
    StandardErrorPath: `${account.home}/Library/Logs/holdfast.log`,
  });
  const head =
    '<?xml version="1.0" encoding="UTF-8"?>\n<!-- {imprint} -->\n<plist version="1.0">\n';
  return imprintText(`${head}${lines.join('\n')}\n</plist>\n`);
}

function plistLines(value: Plist): readonly string[] {
  if (typeof value === 'string') return [`<string>${escapeXml(value)}</string>`];
  if (typeof value === 'number') return [`<integer>${value}</integer>`];
  if (typeof value === 'boolean') return [`<${value}/>`];
  const name = Array.isArray(value) ? 'array' : 'dict';
  const inner = Object.entries<Plist>(value).flatMap(([key, one]) =>
    name === 'dict' ? [`<key>${escapeXml(key)}</key>`, ...plistLines(one)] : plistLines(one),
  );
  return [`<${name}>`, ...inner.map((line) => `  ${line}`), `</${name}>`];
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
