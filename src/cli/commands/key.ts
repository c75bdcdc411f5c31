/** `holdfast key`: the gateway's key on stdout, for agents that take a key from a command. */

import { readGatewayKey } from '../../gateway/key.ts';
import { createCommand, type Given, json } from '../command.ts';
import { printJson, type Terminal } from '../terminal.ts';
import { withFiles } from '../with-runtime.ts';

const takes = { json };

export const commands = { key: createCommand({ takes, example: 'holdfast key', run: key }) };

function key(terminal: Terminal, { json }: Given<typeof takes>): Promise<number> {
  return withFiles((host, paths) => {
    const found = readGatewayKey(host, paths);
    if (json) printJson(terminal, 'holdfast.key/1', { key: found });
    else terminal.out(`${found}\n`);
    return 0;
  });
}
