/**
 * A side task whose provider withdrew the key: other agents answer the chat through a fallback and
 * let titles and compression die. Here they take the same way out: own chain first, then the main
 * route, unless it is forbidden.
 *
 *     npx node examples/auxiliary-401/run.ts
 */

import { ask, expectThat, readLog, Stage, tell } from '../stage.ts';

const stage = new Stage();
try {
  const provider = await stage.startProvider();
  const elsewhere = provider.replace('127.0.0.1', 'localhost');
  stage.write(
    'config.yaml',
    `main: good/sim/echo
providers:
  withdrawn: {base_url: "${provider}", protocol: openai-chat, api_key: sk-sim-revoked}
  spare: {base_url: "${provider}", protocol: openai-chat, api_key: sk-sim-good+spare}
  good: {base_url: "${elsewhere}", protocol: openai-chat, api_key: sk-sim-good}
auxiliary:
  title_generation: {provider: withdrawn, model: sim/echo, fallback_chain: [spare/sim/echo]}
  compression: {provider: withdrawn, model: sim/echo}
  strict: {provider: withdrawn, model: sim/echo, fallback: none}
`,
  );
  const gateway = await stage.startGateway();

  tell('1. A title: its own provider answers 401 token_invalidated, its chain has a spare');
  const title = await ask(gateway, 'title_generation');
  expectThat(title.status === 200, `answered with ${title.status}`);
  expectThat(title.target === 'spare/sim/echo', `by ${title.target}, the chain`);

  tell('2. A compression: the same provider, and no chain');
  const compression = await ask(gateway, 'compression');
  expectThat(compression.status === 200, `answered with ${compression.status}`);
  expectThat(compression.target === 'good/sim/echo', `by ${compression.target}, the main route`);

  tell('3. A task that must not leave its provider (fallback: none)');
  const strict = await ask(gateway, 'strict');
  expectThat(
    strict.status === 400,
    `fails with ${strict.status}, which no client takes for a key to throw away`,
  );
  expectThat(
    strict.text.includes('withdrawn'),
    `and names every candidate: ${messageOf(strict.text)}`,
  );
  expectThat(!/expired/i.test(strict.text), 'nothing says "expired"');

  const refusals = (await readLog(provider)).filter(({ status }) => status === 401);
  expectThat(refusals.length <= 2, `the withdrawn key was sent ${refusals.length} time(s) in all`);
} finally {
  await stage.clear();
}

function messageOf(text: string): string {
  return JSON.parse(text).error.message;
}
