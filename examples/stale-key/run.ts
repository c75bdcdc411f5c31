/**
 * The bug that this project was born from: a used-up key stays in a second place, outranks the new
 * key in the config, survives restarts, is invisible, and nothing clears it. Here is the same story
 * with Holdfast.
 *
 *     npx node examples/stale-key/run.ts
 */

import { ask, expectThat, readLog, Stage, tell } from '../stage.ts';

const keyA = 'sk-sim-spent-1+a'; // accepted once; then the quota of its plan is exhausted
const keyB = 'sk-sim-good+b';
const stage = new Stage();
try {
  const provider = await stage.startProvider();
  const writeKey = (key: string): void =>
    stage.write(
      'config.yaml',
      `main: xiaomi/sim/echo
providers:
  xiaomi:
    base_url: ${provider}
    api_key: ${key}
    selection: round-robin
`,
    );
  const environment = { XIAOMI_API_KEY: keyA };
  writeKey(keyA);
  const gateway = await stage.startGateway(environment);

  tell('1. Key A is in config.yaml and in the environment of the gateway, and works');
  expectThat((await ask(gateway, 'main')).status === 200, 'answered');

  tell('2. The plan of key A is used up');
  const spent = await ask(gateway, 'main');
  const said = JSON.parse(spent.text).error.message;
  expectThat(spent.status === 400, `the error says so: ${said}`);
  expectThat(!/expired|invalid/i.test(said), 'nothing says that the key is expired or invalid');

  tell('3. You write key B into config.yaml; nothing is restarted');
  writeKey(keyB);
  expectThat((await ask(gateway, 'main')).status === 200, 'the very next request is answered');
  expectThat(
    (await refusals()) === 1,
    'and key A of the environment was not asked: the provider refused one request in all',
  );

  tell('4. holdfast auth list');
  const list = await stage.run(['auth', 'list'], environment);
  tell(list.output.replace(/^/gm, '      '));
  expectThat(/1 {2}config: works/.test(list.output), 'key B works and is first');
  expectThat(
    /2 {2}XIAOMI_API_KEY: out \(quota\) until/.test(list.output),
    'key A is out, with cause and end',
  );
  expectThat(
    /shadowed by +config\.yaml:5/.test(list.output),
    'and the environment is shadowed by config.yaml:5',
  );

  tell('5. holdfast auth reset xiaomi');
  const reset = await stage.run(['auth', 'reset', 'xiaomi'], environment);
  expectThat(reset.output.includes('cleared quota'), reset.output.trim());
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const answers = [await ask(gateway, 'main'), await ask(gateway, 'main')];
  expectThat(
    (await refusals()) === 2,
    'within a second the running gateway asks key A again, in its turn',
  );
  expectThat(
    answers.every(({ status }) => status === 200),
    'and nobody notices that it is still used up: both requests are answered',
  );

  async function refusals(): Promise<number> {
    return (await readLog(provider)).filter(({ status }) => status === 429).length;
  }
} finally {
  await stage.clear();
}
