/**
 * What an outage, a key that is really dead and a silent provider cost the callers: one POST each,
 * a sentence within half a minute, and the answer of the fallback.
 *
 *     npx node examples/outage/run.ts
 */

import { ask, expectThat, readLog, Stage, tell } from '../stage.ts';

const callers = 30;
const stage = new Stage();
try {
  const provider = await stage.startProvider();
  const server = (key: string, more = ''): string =>
    `{base_url: "${provider}", protocol: openai-chat, local: false, api_key: ${key}${more}}`;
  stage.write(
    'config.yaml',
    `main: one/sim/down-10s
fallback_chain: [two/sim/down-10s]
aliases: {dead: gone/sim/echo, storm: stormy/sim/echo, none: main}
providers:
  one: ${server('sk-sim-good+one')}
  two: ${server('sk-sim-good+two')}
  gone: ${server('sk-sim-outage-600s+gone')}
  stormy: ${server('sk-sim-outage-20s+storm')}
  mute: ${server('sk-sim-good+mute', ', timeout: 3')}
auxiliary:
  silent: {provider: mute, model: sim/silent, fallback_chain: [stormy/sim/echo], fallback: none}
`,
  );
  const gateway = await stage.startGateway();
  const askAll = (
    model: string,
    count: number,
  ): Promise<readonly { status: number; ms: number; text: string }[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const at = performance.now();
        const { status, text } = await ask(gateway, model);
        return { status, text, ms: performance.now() - at };
      }),
    );
  const seen = async (model: string): Promise<number> =>
    (await readLog(provider)).filter((one) => one.model === model).length;

  tell(`1. Both providers answer 503 for 10 s, and ${callers} callers ask at once`);
  const held = await askAll('main', callers);
  expectThat(
    held.every(({ status }) => status === 200),
    `all ${callers} are answered with the one POST that each has made`,
  );
  const extra = (await seen('sim/down-10s')) - 2 * callers;
  expectThat(
    extra <= callers,
    `besides those ${callers} and their answers the providers saw ${extra} requests`,
  );

  tell('2. An only key that has worked is refused for 20 s');
  expectThat((await ask(gateway, 'storm')).status === 200, 'it works');
  const storm = await askAll('storm', 5);
  expectThat(
    storm.every(({ status }) => status === 200),
    'five requests in the storm: none is lost',
  );

  tell('3. An only key that has worked is really dead, and ten callers ask at once');
  expectThat((await ask(gateway, 'dead')).status === 200, 'it worked once');
  const dead = await askAll('dead', 10);
  const slowest = Math.max(...dead.map(({ ms }) => ms));
  expectThat(
    dead.every(({ status }) => status === 400),
    `all are told so, ${Math.round(slowest / 1000)} s later at most`,
  );
  const [later] = await askAll('dead', 1);
  expectThat(
    later !== undefined && later.status === 400 && later.ms < 2000,
    'the next one is told at once',
  );
  tell(`      ${JSON.parse(later?.text ?? '{}').error?.message}`);

  tell('4. A provider that never answers, with `timeout: 3`');
  const [silent] = await askAll('silent', 1);
  expectThat(
    silent?.status === 200,
    `the fallback answers after ${((silent?.ms ?? 0) / 1000).toFixed(1)} s`,
  );
} finally {
  await stage.clear();
}
