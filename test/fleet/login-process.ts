/**
 * A process of one member of a fleet that renews its login again and again. Where an answer was
 * lost it says which, and why, and logs in again: `login-process.ts LOGIN_SERVER`.
 */

import { createNodeHost } from '../../src/host/node-host.ts';
import { createRuntime } from '../../src/runtime.ts';
import { login as bare } from '../oauth/stage.ts';

const [server = ''] = process.argv.slice(2);
const host = createNodeHost();
const runtime = createRuntime({ host, store: 'thread', mayLackKeys: true });
const { vault } = runtime.logins;
await runtime.sharedHome?.bringTogether();
process.stdout.write('has begun\n');
for (;;) {
  const seen = vault.list()[0];
  if (seen?.refusal !== undefined)
    process.stdout.write(`${seen.tokens.refresh} ${seen.refusal.reason}\n`);
  if (seen === undefined || seen.refusal !== undefined) await logIn();
  else await runtime.logins.renew(seen);
  await host.clock.sleep(50 + host.random() * 300);
}

async function logIn(): Promise<void> {
  const given = await fetch(`${server}/login`);
  const refresh = await given.text();
  await vault.put((others) => {
    const present = others[0];
    if (present !== undefined && present.refusal === undefined) return present;
    const { refusal: _over, exchange: _ended, ...kept } = present ?? bare;
    return {
      ...kept,
      server: { issuer: server, tokenEndpoint: `${server}/token` },
      tokens: { ...bare.tokens, refresh, receivedAt: host.clock.now() },
    };
  });
}
