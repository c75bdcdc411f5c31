/**
 * A process of its own that renews the only login and stops for ever once the server's answer is
 * written down.
 */

import { writeSync } from 'node:fs';
import { createCredentialsFile } from '../../src/config/files/credentials-file.ts';
import { resolvePaths } from '../../src/config/files/paths.ts';
import { Logins } from '../../src/credentials/oauth/logins.ts';
import { Redactor } from '../../src/credentials/redact/redact.ts';
import { createNodeHost } from '../../src/host/node-host.ts';

const node = createNodeHost();
const files = {
  ...node.files,
  /** Whether the lock is still its own is asked once the answer is noted. */
  readText: (path: string) => {
    if (/\.login-.*\.lock$/.test(path)) {
      writeSync(1, 'noted\n');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    }
    return node.files.readText(path);
  },
};
const host = { ...node, files };
const logins = new Logins({
  host,
  credentialsFile: createCredentialsFile(host, resolvePaths(host.environment).credentialsFile),
  redactor: new Redactor(),
  onEvent: () => undefined,
  onRenewed: () => undefined,
});
const [login] = logins.vault.list();
if (login !== undefined) await logins.renew(login);
