/**
 * A process of one member of a fleet that renews its login again and again, and says how each
 * ended. Where an answer was lost it logs in again: `login-process.ts LOGIN_SERVER`.
 */

import { createNodeHost } from '../../src/host/node-host.ts';
import { createRuntime } from '../../src/runtime.ts';
import { login as bare } from '../oauth/stage.ts';

const [server = ''] = process.argv.slice(2);
const host = createNodeHost();
const runtime = createRuntime({ host, store: 'thread', mayLackKeys: true });
const { vault } = runtime.logins;
await runtime.sharedHome?.bringTogether();
for (;;) {
  const seen = vault.list()[0];
  if (seen === undefined || seen.refusal !== undefined) await logIn();
  else {
    const renewal = await runtime.logins.renew(seen);
    const reason = renewal.kind === 'refused' ? renewal.refusal.reason : '';
    process.stdout.write(`${renewal.kind} ${reason}\n`);
  }
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
