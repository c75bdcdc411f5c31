/** `holdfast key`: the gateway's key on stdout, for agents that take a key from a command. */

import { resolvePaths } from '../../config/files/paths.ts';
import { readGatewayKey } from '../../gateway/key.ts';
import { createNodeHost } from '../../host/node-host.ts';
import { printJson, type Terminal } from '../terminal.ts';

export async function key(terminal: Terminal, options: { readonly json?: boolean }): Promise<number> {
  const host = createNodeHost();
  const found = readGatewayKey(host, resolvePaths(host.environment));
  if (options.json === true) printJson(terminal, 'holdfast.key/1', { key: found });
  else terminal.out(`${found}\n`);
  await host.close();
  return 0;
}
