/**
 * Variables of `.env` that count only in the environment of the program: Node or we read them
 * there.
 */

import { basename } from 'node:path';
import type { Warning } from '../../model/events.ts';
import type { ResolveContext } from './resolve-context.ts';

/** The names of ways out: who cannot reach a server may lack them. */
const wayOut = /^(?:https?|no|all)_proxy$|^node_(?:extra_ca_certs|use_system_ca)$|^ssl_cert_/i;
/** [D] https://nodejs.org/api/cli.html#environment-variables */
const others =
  /^(?:node_(?:options|tls_reject_unauthorized|use_env_proxy)|holdfast_(?:home|config|host|port|url|gateway_key|admin_key))$/i;

/** The environment may have it as well, from whoever starts the program. */
export function warnOfOutside({ places, findings }: ResolveContext): void {
  const { dotenv, environment } = places;
  for (const [name, { line }] of dotenv.current().variables) {
    const isOutside = wayOut.test(name) || others.test(name);
    if (!isOutside || environment.get(name) !== undefined) continue;
    findings.warn(
      wayOut.test(name) ? wayOutCode : 'variable-unread',
      `${basename(dotenv.path)}:${line} sets ${name}, which is not read from there: it counts only in the environment of the program`,
      {
        text: `export ${name} where Holdfast is started; for the service write it into service.env`,
      },
    );
  }
}

const wayOutCode = 'way-out-unread';

/** What to do about a way out that is set where nobody reads it. */
export function fixWayOut(warnings: readonly Warning[]): string | undefined {
  const { what, fix } = warnings.find(({ code }) => code === wayOutCode) ?? {};
  return what && fix && `${what}: ${fix.text}`;
}
