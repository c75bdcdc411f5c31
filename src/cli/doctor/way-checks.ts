/**
 * Compares the way of the gateway's requests to the servers with that of this shell's: proxies and
 * trusted certificates are variables of a process, which it keeps as they were at its start.
 */

import { createTrouble, type Trouble } from '../../explain/doctor/troubles.ts';
import { readVariables } from '../../host/process-state.ts';
import { findProxyHost, findProxyVariable } from '../../host/proxies.ts';
import type { Environment } from '../../host.ts';

const proxies = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);
/** What Node trusts besides its own certificates. */
const issuers = ['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA'];

/** What is compared: the process, as this system tells of it, and whom it asks. */
export interface ComparedWays {
  /** Absent: it is not known, as of a gateway elsewhere. */
  readonly pid?: number | undefined;
  readonly shell: Environment;
  readonly origins: readonly string[];
}

/** Empty where nothing can be seen of that process. A proxy's address may hold a password. */
export function compareWays(
  { pid, shell, origins }: ComparedWays,
  proc = '/proc',
): readonly Trouble[] {
  const found = pid && readVariables(pid, [...proxies, ...issuers], proc);
  if (!found) return [];
  const gateway: Environment = { get: (name) => found.get(name), all: () => ({}) };
  const who = `the gateway (pid ${pid})`;
  const tell = (what: string, variable: string): Trouble =>
    createTrouble('odd', what, {
      fix: {
        text: `if this shell is right: start the gateway again from here, or, of a service, with ${variable} as here in its service.env`,
      },
      exit: 0,
    });
  const ways = origins.flatMap((origin) => {
    const [own, ours] = [gateway, shell].map((one) => findProxyHost(one, origin));
    const variable = [shell, gateway].map((one) => findProxyVariable(one, origin)).find(Boolean);
    const [theirs, here] = [own, ours].map((host) => (host ? `through ${host}` : 'straight'));
    const what = `${who} asks ${origin} ${theirs}, and this shell would ask ${here}`;
    return own === ours || variable === undefined ? [] : [tell(what, variable)];
  });
  const isSecure = origins.some((origin) => origin.startsWith('https:'));
  const trust = issuers.flatMap((name) => {
    const [own, ours] = [gateway, shell].map((one) => one.get(name) || undefined);
    if (!isSecure || ours === undefined || own === ours) return [];
    const other = own === undefined ? 'has it not' : `has ${own}`;
    return [tell(`${name} is ${ours} in this shell, and ${who} ${other}`, name)];
  });
  return [...ways, ...trust];
}
