/** A process of its own that renews the only login and stops for ever once the server's answer is written down. */

import { createCredentialsFile } from '../../src/config/files/credentials-file.ts';
import { resolvePaths } from '../../src/config/files/paths.ts';
import { createLogins } from '../../src/credentials/oauth/create-logins.ts';
import { Redactor } from '../../src/credentials/redact.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { MemoryStore } from '../../src/store/memory.ts';

const host = createNodeHost();
const memory = new MemoryStore();
const never = new Promise<never>(() => undefined);
const logins = createLogins({
  host,
  credentialsFile: createCredentialsFile(host, resolvePaths(host.environment).credentialsFile),
  redactor: new Redactor(),
  onEvent: () => undefined,
  onRenewed: () => undefined,
  store: {
    takeLock: (name, owner, lease) => memory.takeLock(name, owner, lease),
    holdsLock: () => {
      process.stdout.write('noted\n');
      return never;
    },
    releaseLock: () => never,
  },
});
setInterval(() => undefined, 1000);
const [login] = logins.vault.list();
if (login !== undefined) await logins.renew(login);
