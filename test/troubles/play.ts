/** Stages a story on a real home and a fake host, lets it happen, and prints what commands say. */

import type { UpstreamRequest } from '../../src/host.ts';
import { CommandStage, type Printed } from '../fakes/command-stage.ts';
import type { UpstreamStep } from '../fakes/fake-host.ts';
import type { StagedProvider, Story } from './story.ts';

export interface Played {
  readonly story: Story;
  /** How a person names the place of the first key: a file and a line, or a variable. */
  readonly keyPlace: string;
  /** When the last answer of the fault came, epoch ms. */
  readonly failedAt: number;
  readonly doctor: Printed;
  readonly explain: Printed;
  readonly tasks: Printed;
  readonly why: Printed;
  readonly whyFailed: Printed;
  /** What became of the first line to paste of `doctor`; absent: there was none. */
  readonly fixed?: Fixed;
}

export interface Fixed {
  readonly command: string;
  readonly printed: Printed;
  /** The status of a request after it. */
  readonly status: number;
  readonly doctor: Printed;
}

const model = 'big';
const dayMs = 24 * 60 * 60_000;
const good: UpstreamStep = {
  chunks: ['{"choices":[{"message":{"content":"Fix the Login"},"finish_reason":"stop"}]}'],
};

export async function playStory(story: Story): Promise<Played> {
  const { providers, ending } = story;
  const variables = providers.flatMap(({ place, variable, given }) =>
    place === 'environment' && given !== undefined ? [[variable, given]] : [],
  );
  const stage = new CommandStage({ environment: Object.fromEntries(variables) });
  try {
    const world = new World(story);
    stage.host.upstream.answerBy((request) => world.answer(request));
    stage.host.connectBy((origin) => world.connect(origin));
    const keyPlace = await writeHome(stage, story);
    const failedAt = await happen(stage, story, world);
    if (ending === 'old') await stage.host.advance(dayMs + 60_000);
    if (ending === 'replaced') await replaceKey(stage, story);
    const doctor = await stage.run(['doctor']);
    const said = {
      story,
      keyPlace,
      failedAt,
      doctor,
      explain: await stage.run(['explain', story.task]),
      tasks: await stage.run(['tasks']),
      why: await stage.run(['why', 'last']),
      whyFailed: await stage.run(['why', '--failed']),
    };
    const fixed = ending === 'broken' ? await tryFix(stage, story, doctor) : undefined;
    return { ...said, ...(fixed && { fixed }) };
  } finally {
    stage.clear();
  }
}

/** The providers. Whatever listens on this machine itself refuses. */
class World {
  isFaulty = false;
  readonly #story: Story;

  constructor(story: Story) {
    this.#story = story;
  }

  answer({ origin, method, headers }: UpstreamRequest): UpstreamStep {
    const { fault } = this.#story;
    const { hostname } = new URL(origin);
    if (!hostname.endsWith('.test')) return refuseConnection;
    if (!this.#isStruck(hostname)) return method === 'GET' ? models : good;
    if (fault.isOfConnection === true) return fault.answer(hostname);
    if (method === 'GET') return models;
    const { secret, given = secret } = this.#struck();
    const key = headers['authorization'] ?? '';
    const isOther = !key.includes(secret) && !key.includes(given);
    return fault.endsWithKey === true && isOther ? good : fault.answer(hostname);
  }

  connect(origin: string): Pick<UpstreamStep, 'error' | 'delayMs'> {
    const { hostname } = new URL(origin);
    if (!this.#isStruck(hostname) || this.#story.fault.isOfConnection !== true) return {};
    return this.#story.fault.answer(hostname);
  }

  #struck(): StagedProvider {
    const [first] = this.#story.providers;
    if (first === undefined) throw new Error('a story has a provider');
    return first;
  }

  #isStruck(hostname: string): boolean {
    return this.isFaulty && hostname === this.#struck().host;
  }
}

const refuseConnection: UpstreamStep = {
  error: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
};
const models: UpstreamStep = { chunks: [`{"data":[{"id":"${model}"}]}`] };

/** Resolves with how a person names the place of the first key. */
async function writeHome(stage: CommandStage, story: Story): Promise<string> {
  const { providers, task, hasFallback } = story;
  const [first, ...others] = providers.map(({ name }) => `${name}/${model}`);
  const chain = hasFallback ? `[${others.join(', ')}]` : '[]';
  const own = `provider: ${providers[0]?.name}, model: ${model}`;
  const side = hasFallback ? `fallback_chain: ${chain}` : 'fallback: none';
  const lines =
    task === 'main'
      ? [`main: ${first}`, `fallback_chain: ${chain}`]
      : [`main: mainstay/${model}`, 'auxiliary:', `  title_generation: {${own}, ${side}}`];
  lines.push('providers:');
  if (task !== 'main')
    lines.push(describeProvider('mainstay', 'mainstay.test', 'api_key: sk-test-stay'));
  for (const one of providers) lines.push(describeProvider(one.name, one.host, credentialOf(one)));
  const dotenv = ['# keys', ...providers.flatMap(assign)];
  stage.write('config.yaml', `${lines.join('\n')}\n`);
  stage.write('.env', `${dotenv.join('\n')}\n`);
  for (const { name, place, secret } of providers)
    if (place === 'stored') await stage.run(['auth', 'add', name, '--no-verify'], `${secret}\n`);
  return placeOf(providers[0], lines, dotenv);
}

function describeProvider(name: string, host: string, key: string): string {
  return `  ${name}: {base_url: "https://${host}/v1", protocol: openai-chat${key === '' ? '' : `, ${key}`}}`;
}

function credentialOf({ place, secret, variable }: StagedProvider): string {
  if (place === 'config') return `api_key: ${secret}`;
  return place === 'stored' ? '' : `credentials: [{env: ${variable}}]`;
}

function assign({ place, variable, given }: StagedProvider): readonly string[] {
  return place === 'dotenv' && given !== undefined ? [`${variable}='${given}'`] : [];
}

function placeOf(
  provider: StagedProvider | undefined,
  config: readonly string[],
  dotenv: readonly string[],
): string {
  if (provider === undefined) return '';
  const { place, variable, name } = provider;
  const lineIn = (lines: readonly string[], start: string): number =>
    lines.findIndex((line) => line.startsWith(start)) + 1;
  if (place === 'config') return `config.yaml:${lineIn(config, `  ${name}:`)}`;
  if (place === 'dotenv' && lineIn(dotenv, variable) > 0) return `.env:${lineIn(dotenv, variable)}`;
  return place === 'stored' ? 'stored' : variable;
}

/** Resolves with the time of the last failure. */
async function happen(stage: CommandStage, story: Story, world: World): Promise<number> {
  const { task, wasProven, failures, betweenMs, ending } = story;
  return stage.withEngine(async (runtime) => {
    const ask = async (): Promise<void> => {
      await stage.ask(runtime, task);
      await stage.host.advance(betweenMs);
    };
    if (wasProven) await ask();
    world.isFaulty = true;
    let failedAt = 0;
    for (let index = 0; index < failures; index += 1) {
      failedAt = stage.host.clock.now();
      await ask();
    }
    if (ending === 'recovered') {
      world.isFaulty = false;
      await stage.host.advance(2 * 60 * 60_000);
      await ask();
    }
    return failedAt;
  });
}

/** As a person does who has got a new key: in the same place. */
async function replaceKey(stage: CommandStage, { providers: [first] }: Story): Promise<void> {
  if (first === undefined) return;
  const { name, place, given = '', variable } = first;
  const fresh = `sk-test-new-${name}`;
  if (place === 'environment') return stage.host.setEnvironment(variable, fresh);
  if (place === 'stored') {
    await stage.run(['auth', 'rm', name]);
    await stage.run(['auth', 'add', name, '--no-verify'], `${fresh}\n`);
    return;
  }
  const file = place === 'config' ? 'config.yaml' : '.env';
  const text = stage.read(file);
  stage.write(file, given === '' ? `${text}${variable}=${fresh}\n` : text.replace(given, fresh));
}

/** Pastes the first line to paste of the first trouble; asks; and looks again. */
async function tryFix(
  stage: CommandStage,
  { task, seed }: Story,
  doctor: Printed,
): Promise<Fixed | undefined> {
  const head = doctor.out.split('\n').slice(0, 5);
  const command = head.flatMap((line) => /^ {2}→ [^:]*: (.+)$/.exec(line)?.[1] ?? [])[0];
  if (command === undefined) return undefined;
  const printed = await paste(stage, command, `sk-test-fresh-${seed}`);
  const status = await stage.withEngine((runtime) => stage.ask(runtime, task));
  return { command, printed, status, doctor: await stage.run(['doctor']) };
}

/** A variable that is exported stays; a program of ours runs; others are not here. */
async function paste(stage: CommandStage, command: string, typed: string): Promise<Printed> {
  const [program, ...words] = splitWords(command);
  const [, name, value] = /^(\w+)=(.*)$/.exec(words[0] ?? '') ?? [];
  if (program === 'export' && name !== undefined) stage.host.setEnvironment(name, value);
  else if (program === 'holdfast') return stage.run(words, `${typed}\n`);
  return { status: 0, out: '', talk: '' };
}

/** The lines that we print quote with ' alone. */
function splitWords(command: string): readonly string[] {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}
