/**
 * The story this program began with: titles have a provider of their own, and its key is withdrawn,
 * or its model gives answers of no use. Elsewhere the title never came, and nobody said why. Here
 * it comes each time, one record says how, and the conversation does not wait for it. The same for
 * a compression.
 *
 *     npx node examples/title-401/run.ts
 */

import { type Answer, ask, expectThat, post, readLog, Stage, tell } from '../stage.ts';

const troubles = [
  ['401 token_invalidated, for ever', 'withdrawn', 'sim/gone', 'auth-revoked'],
  [
    'reasoning up to its limit, and not a word of text',
    'odd',
    'sim/only-reasoning',
    'judged-only-reasoning',
  ],
  ['a refusal', 'odd', 'sim/refusal', 'judged-refusal'],
  ['thoughts in place of a title', 'odd', 'sim/think-text', 'judged-think-text'],
] as const;

const title = 'Simulated title of this session';
const stage = new Stage();
try {
  const provider = await stage.startProvider();
  const configure = (own: string, rest: string): void => writeConfig(provider, own, rest);
  configure('provider: main', '');
  const gateway = await stage.startGateway();

  for (const [index, [what, name, model, rule]] of troubles.entries()) {
    const own = `provider: ${name}, model: ${model}`;
    tell(`${index + 1}. The provider of titles and compressions answers: ${what}`);
    for (const [road, rest, by] of [
      ['its chain', 'fallback_chain: [spare/sim/titles]', 'spare/sim/titles'],
      ['main, where the chain is empty', '', 'good/sim/titles'],
    ] as const) {
      configure(own, rest);
      const answer = await askForTitle(gateway);
      expectThat(
        textOf(answer) === title && answer.target === by,
        `the title comes through ${road}: "${textOf(answer)}", by ${answer.target}`,
      );
      const compression = await ask(gateway, 'compression');
      expectThat(
        compression.status === 200 && compression.target === by,
        `and so does a compression, by ${compression.target}`,
      );
    }
    configure(own, 'fallback: none');
    const strict = await askForTitle(gateway);
    expectThat(strict.status === 400, `with fallback: none the title fails, with ${strict.status}`);
    const main = await ask(gateway, 'main');
    expectThat(
      main.status === 200 && main.target === 'good/sim/titles',
      'and the conversation goes on',
    );
    const why = await stage.run(['why', '--json', idOf(strict)]);
    expectThat(why.output.includes(rule), `one record explains it: ${rule}`);
  }

  tell('5. The provider of titles is slow: the conversation does not wait for it');
  configure('provider: odd, model: sim/slow-first-3s', '');
  const order: string[] = [];
  const both = [
    askForTitle(gateway).then(() => order.push('title')),
    ask(gateway, 'main').then(() => order.push('main')),
  ];
  await Promise.all(both);
  expectThat(order.join() === 'main,title', 'main is answered before the title');
  const seen = await readLog(provider);
  const [forTitle, forMain] = ['sim/slow-first-3s', 'sim/titles'].map(
    (model) => seen.findLast((request) => request.model === model)?.at ?? 0,
  );
  const gap = Math.abs((forMain ?? 0) - (forTitle ?? 0));
  expectThat(gap < 1000, `by its own log the provider got both at once (${gap} ms apart)`);

  const refusals = seen.filter(({ status }) => status === 401);
  expectThat(refusals.length <= 2, `the withdrawn key was sent ${refusals.length} time(s) in all`);
} finally {
  await stage.clear();
}

/** `own` and `rest`: of the tasks, in YAML. */
function writeConfig(provider: string, own: string, rest: string): void {
  const elsewhere = provider.replace('127.0.0.1', 'localhost');
  const task = `{${[own, rest].filter((part) => part !== '').join(', ')}}`;
  stage.write(
    'config.yaml',
    `main: good/sim/titles
providers:
  withdrawn: {base_url: "${provider}", protocol: openai-chat, api_key: sk-sim-revoked}
  odd: {base_url: "${provider}", protocol: openai-chat, api_key: sk-sim-good+odd}
  spare: {base_url: "${provider}", protocol: openai-chat, api_key: sk-sim-good+spare}
  good: {base_url: "${elsewhere}", protocol: openai-chat, api_key: sk-sim-good}
auxiliary:
  title_generation: ${task}
  compression: ${task}
`,
  );
}

/** As agents do. */
function askForTitle(gateway: string): Promise<Answer> {
  const messages = [
    { role: 'system', content: 'Generate a short title for the conversation.' },
    { role: 'user', content: 'hello there' },
  ];
  return post(gateway, 'chat/completions', JSON.stringify({ model: 'title_generation', messages }));
}

function textOf({ status, text }: Answer): string {
  return status === 200 ? JSON.parse(text).choices[0].message.content : text;
}

function idOf({ text }: Answer): string {
  return /hfr_[\w-]+/.exec(text)?.[0] ?? 'last';
}
