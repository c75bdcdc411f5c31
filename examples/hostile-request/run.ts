/**
 * One caller sends 62 MB that are no conversation, to a model whose provider speaks another
 * protocol, so that the body would have to be read, checked and translated. Every value in it would
 * be a fault of its own, and together they would not fit into memory. Here is what he gets, and
 * what the others notice: nothing.
 *
 *     npx node examples/hostile-request/run.ts
 */

import { ask, expectThat, post, Stage, tell } from '../stage.ts';

const stage = new Stage();
try {
  const provider = await stage.startProvider();
  stage.write(
    'config.yaml',
    `main: claude/sim/plain
providers:
  claude: { base_url: ${provider}, protocol: anthropic-messages, api_key: sk-sim-good }
  chat: { base_url: ${provider}, protocol: openai-chat, api_key: sk-sim-good }
`,
  );
  tell('0. A gateway that may hold 96 MB of objects');
  const gateway = await stage.startGateway({ NODE_OPTIONS: '--max-old-space-size=96' });

  tell(
    '1. Somebody with a key sends {"model":"main","input":[0,0,0,…]}, while others ask for answers',
  );
  for (const megabytes of [1, 20, 62]) {
    const zeros = Buffer.alloc(megabytes * 1_000_000, '0,');
    const sending = post(gateway, 'responses', `{"model":"main","input":[${zeros}0]}`);
    const others = await askDuring(gateway, sending);
    const { status, text } = await sending;
    expectThat(
      status === 400,
      `${megabytes} MB: status ${status}, ${JSON.parse(text).error.message}`,
    );
    expectThat(
      others.answered === others.asked && others.slowestMs < 10_000,
      `${others.answered} of ${others.asked} others were answered meanwhile, the slowest after ${Math.round(others.slowestMs)} ms`,
    );
  }

  tell('2. A request that is broken is told where, and what was written stays out of the log');
  const { status, text } = await post(
    gateway,
    'responses',
    '{"model":"main",\n "input":"rename my project to Nightjar",}',
  );
  const said = JSON.parse(text).error.message;
  expectThat(status === 400 && said.includes('line 2'), `status ${status}, ${said}`);
  expectThat(!stage.said.includes('Nightjar'), 'the log does not know the name');

  tell('3. The gateway is the one that was started');
  expectThat((await ask(gateway, 'main')).status === 200, 'and translates as before');
} finally {
  await stage.clear();
}

/** Asks for one answer after the other until the work is done. */
async function askDuring(
  gateway: string,
  work: Promise<unknown>,
): Promise<{ readonly asked: number; readonly answered: number; readonly slowestMs: number }> {
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  work.then(end, end);
  const times: number[] = [];
  let answered = 0;
  while (!isOver) {
    const startedAt = performance.now();
    answered += (await ask(gateway, 'chat/sim/plain')).status === 200 ? 1 : 0;
    times.push(performance.now() - startedAt);
  }
  return { asked: times.length, answered, slowestMs: Math.max(...times) };
}
