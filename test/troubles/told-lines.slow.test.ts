/**
 * Every line that is told of a trouble of this machine is one that the program reads, and after
 * which the trouble is gone.
 */

import { beforeAll, describe, expect, it, vi } from 'vitest';
import { CommandStage } from '../fakes/command-stage.ts';
import { drawMachine, type MachineStory, machineTroubles, stagedKey } from './machine.ts';
import { refuseConnection } from './play.ts';
import { examine, findUnknown, judgeLine, judgeProse } from './told-lines.ts';

const only = process.env['HOLDFAST_SEED'];
const all = Array.from({ length: machineTroubles.length + 100 }, (_, index) => index);
const seeds = only === undefined ? all : [Number(only)];

async function stageMachine({ troubles }: MachineStory): Promise<CommandStage> {
  const stage = new CommandStage({
    environment: Object.assign({}, ...troubles.map(({ variables }) => variables ?? {})),
  });
  stage.host.upstream.answerBy(({ origin, method, headers }) => {
    if (!new URL(origin).hostname.endsWith('.test') || origin.includes('gone'))
      return refuseConnection;
    if (method === 'GET') return { chunks: ['{"data":[{"id":"big"}]}'] };
    const isKnown = /sk-test-(one|fresh|stored|file)-\w+$/.test(headers['authorization'] ?? '');
    const choice = { message: { content: 'Fix the Login' }, finish_reason: 'stop' };
    return isKnown
      ? { chunks: [JSON.stringify({ choices: [choice] })] }
      : { status: 401, chunks: ['{"error":{"message":"No such key.","code":"invalid_api_key"}}'] };
  });
  const own = troubles.flatMap(({ fields }) => fields ?? []);
  const usual = [
    ['base_url', 'base_url: "https://one.test/v1"'],
    ['protocol', 'protocol: openai-chat'],
    ['auth', 'credentials: [{env: ONE_KEY}]'],
  ].flatMap(([key = '', line = '']) =>
    own.some((field) => field.startsWith(key) || (key === 'auth' && /^(api_key|cred)/.test(field)))
      ? []
      : [line],
  );
  const [main = 'one/big'] = troubles.flatMap((one) => one.main ?? []);
  const keys = new Map(own.map((field) => [field.split(':')[0], field]));
  const lines = new Map(
    troubles.flatMap(({ config }) =>
      config === undefined ? [] : [[config.split(':')[0], config]],
    ),
  );
  stage.write(
    'config.yaml',
    `main: ${main}\nproviders:\n  one: {${[...usual, ...keys.values()].join(', ')}}\n${[...lines.values()].join('\n')}\n`,
  );
  const [dotenv = `ONE_KEY=${stagedKey}`] = troubles.flatMap((one) => one.dotenv ?? []);
  for (const provider of troubles.flatMap((one) => one.stored ?? [])) {
    const key = 'sk-test-stored-0123456789abcdef';
    await stage.run(['auth', 'add', provider, '--no-verify'], `${key}\n`);
  }
  stage.write('.env', `${dotenv}\n`);
  for (const words of troubles.flatMap((one) => one.before ?? [])) await stage.run(words);
  for (const { files = {}, mode = {} } of troubles) {
    for (const [name, text] of Object.entries(files)) stage.write(name, text);
    for (const [name, bits] of Object.entries(mode)) stage.write(name, stage.read(name), bits);
  }
  return stage;
}

async function judgeMachine(story: MachineStory): Promise<readonly string[]> {
  const stage = await stageMachine(story);
  try {
    const variables = Object.assign({}, ...story.troubles.map((one) => one.variables ?? {}));
    // whoever asks once has a record and, perhaps, a mark
    const asked = await stage.run(['ask', 'hello there']);
    const found: string[] = [];
    const troubles = await examine(stage);
    const names = [
      ...new Set(
        troubles.map(({ fix }) => /(?:export|unset) (\w+)/.exec(fix?.command ?? '')?.[1] ?? ''),
      ),
    ];
    const before = {
      ...Object.fromEntries(
        names.filter(Boolean).map((name) => [name, stage.host.environment.get(name)]),
      ),
      ...variables,
    };
    for (const trouble of troubles) found.push(...(await judgeLine(stage, trouble, before)));
    for (const words of [
      ['doctor'],
      ['explain', 'main'],
      ['why'],
      ['auth', 'list'],
      ['config', 'check'],
      ['key', 'list'],
      ['health'],
    ]) {
      const { out, talk } = await stage.run(words);
      found.push(...(await findUnknown(stage, `${out}${talk}`)));
      found.push(...(await judgeProse(stage, `${out}${talk}`, before)));
    }
    found.push(...(await judgeProse(stage, asked.talk, before)));
    return [...new Set(found)];
  } finally {
    stage.clear();
  }
}

beforeAll(async () => {
  await vi.waitFor(() => judgeMachine(drawMachine(0)), { timeout: 60_000 });
}, 90_000);

describe('a trouble of this machine', () => {
  it.each(
    seeds.map((seed) => [
      seed,
      drawMachine(seed)
        .troubles.map(({ name }) => name)
        .join(' + '),
    ]),
  )('seed %i (%s) tells lines that are read and that mend', async (seed) => {
    expect(await judgeMachine(drawMachine(Number(seed)))).toEqual([]);
  });
});
