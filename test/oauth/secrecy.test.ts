/**
 * Tokens are written where they are kept and nowhere else: not in state, records, events, errors or
 * lists (laws 2 and 20).
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { EngineEvent } from '../../src/model/events.ts';
import { createRuntime } from '../../src/runtime.ts';
import { ask } from '../integration/harness.ts';
import { createHome, edit, logIn, runOut } from './home.ts';
import { startIdentityProvider } from './identity-provider.ts';

it('access, refresh and id tokens, old and new, stand in credentials.json alone', async () => {
  const idp = await startIdentityProvider();
  const home = createHome(idp);
  const host = createNodeHost({ HOLDFAST_HOME: home.path });
  const events: EngineEvent[] = [];
  const first = await logIn(idp, home);
  runOut(home);
  const runtime = createRuntime({
    host,
    store: 'in-place',
    onEvent: (event) => events.push(event),
  });
  const answers = [await ask(runtime)];
  const [second] = home.logins();
  idp.refusedTokens.add(second?.tokens.access ?? '');
  edit(home, (login) => ({
    ...login,
    tokens: { ...second?.tokens, receivedAt: 1, refresh: first.tokens.refresh },
  }));
  answers.push(await ask(runtime));
  const { signal } = new AbortController();
  const lists = [
    await runtime.keys.report({ signal }),
    [runtime.keys.ignored('corp'), runtime.keys.describeAbsence('corp')],
    runtime.logins.vault.list(),
    runtime.config(),
    runtime.records(),
    runtime.warnings(),
  ];
  await runtime.close();
  await host.close();
  const files = readdirSync(home.path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'credentials.json' && statSync(join(home.path, name)).isFile())
    .map((name) => readFileSync(join(home.path, name), 'latin1'));
  const sinks = [
    ...files,
    JSON.stringify([lists, events, answers]),
    inspect([lists, events, answers], { depth: 20 }),
  ].join('\n');
  const tokens = [first, second].flatMap((login) => [
    login?.tokens.access,
    login?.tokens.refresh,
    login?.tokens.id,
  ]);
  home.remove();
  await idp.close();
  expect(answers.map(({ status }) => status)).toEqual([200, 400]);
  expect(files.length).toBeGreaterThan(1);
  for (const token of tokens) {
    expect(token?.length).toBeGreaterThan(12);
    expect(sinks).not.toContain(token);
  }
});
