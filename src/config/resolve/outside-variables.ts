/**
 * Variables of `.env` that count only in the environment of the program: Node or we read them
 * there.
 */

import { basename } from 'node:path';
import type { Warning } from '../../model/events.ts';
import type { ResolveContext } from './resolve-context.ts';

/** Who cannot reach a server may lack a proxy; who does not trust it, an issuer. */
const proxy = /^(?:https?|no|all)_proxy$/i;
const issuers = /^node_(?:extra_ca_certs|use_system_ca)$/i;
/** What other programs read; Node does so only with `NODE_USE_SYSTEM_CA=1`. */
const othersIssuers = /^(?:ssl_cert_file|requests_ca_bundle|curl_ca_bundle)$/i;
/** [D] https://nodejs.org/api/cli.html#environment-variables */
const others =
  /^(?:node_(?:options|tls_reject_unauthorized|use_env_proxy)|holdfast_(?:home|config|host|port|url|gateway_key|admin_key))$/i;

/** The environment may have it as well, from whoever starts the program. */
export function warnOfOutside({ places, findings }: ResolveContext): void {
  const { dotenv, environment } = places;
  for (const [name, { line }] of dotenv.current().variables) {
    const code = codeOfVariable(name);
    if (code === undefined || environment.get(name) !== undefined) continue;
    const isOthers = othersIssuers.test(name);
    const why = isOthers
      ? 'which Node does not read'
      : 'which is not read from there: it counts only in the environment of the program';
    const counted = isOthers ? 'NODE_EXTRA_CA_CERTS with that file' : name;
    findings.warn(code, `${basename(dotenv.path)}:${line} sets ${name}, ${why}`, {
      text: `export ${counted} where Holdfast is started; for the service write it into service.env`,
    });
  }
}

type OutsideCode = 'proxy-unread' | 'issuers-unread' | 'variable-unread';

function codeOfVariable(name: string): OutsideCode | undefined {
  if (proxy.test(name)) return 'proxy-unread';
  if (issuers.test(name) || othersIssuers.test(name)) return 'issuers-unread';
  return others.test(name) ? 'variable-unread' : undefined;
}

/** What to do about a proxy or an issuer that is set where nobody reads it. */
export function fixOutside(warnings: readonly Warning[], wanted: OutsideCode): string | undefined {
  const { what, fix } = warnings.find(({ code }) => code === wanted) ?? {};
  return what && fix && `${what}: ${fix.text}`;
}
