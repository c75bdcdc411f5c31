/** Stages a story on a real home and a fake host, lets it happen, and prints what commands say. */

import type { UpstreamRequest } from '../../src/host.ts';
import { CommandStage, type Printed } from '../fakes/command-stage.ts';
import type { UpstreamStep } from '../fakes/fake-host.ts';
import { describeHome } from './home.ts';
import type { Story } from './story.ts';
import { World } from './world.ts';

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

const dayMs = 24 * 60 * 60_000;

export async function playStory(story: Story): Promise<Played> {
  const { ending } = story;
  const home = describeHome(story, (host) => `https://${host}`);
  const stage = new CommandStage({ environment: home.variables });
  try {
    const world = new World(story);
    stage.host.upstream.answerBy((request) => answerAs(world, request));
    stage.host.connectBy((origin) => world.connect(new URL(origin).hostname));
    stage.write('config.yaml', home.config);
    stage.write('.env', home.dotenv);
    for (const [provider, secret] of home.stored)
      await stage.run(['auth', 'add', provider, '--no-verify'], `${secret}\n`);
    const failedAt = await happen(stage, story, world);
    if (ending === 'old') await stage.host.advance(dayMs + 60_000);
    if (ending === 'replaced') await replaceKey(stage, story);
    const doctor = await stage.run(['doctor']);
    const said = {
      story,
      keyPlace: home.keyPlace,
      failedAt,
      doctor,
      explain: await stage.run(['explain', story.task]),
      tasks: await stage.run(['tasks']),
      why: await stage.run(['why', 'last']),
    };
    const fixed = ending === 'broken' ? await tryFix(stage, story, doctor) : undefined;
    return { ...said, ...(fixed && { fixed }) };
  } finally {
    stage.clear();
  }
}

/** What listens on this machine itself refuses. */
export const refuseConnection: UpstreamStep = {
  error: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
};

function answerAs(world: World, { origin, method, headers }: UpstreamRequest): UpstreamStep {
  const { hostname, protocol } = new URL(origin);
  if (!hostname.endsWith('.test')) return refuseConnection;
  return world.answer({
    hostname,
    protocol,
    method,
    authorization: headers['authorization'] ?? '',
  });
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
      const [at, before] = [stage.host.clock.now(), world.faults];
      await ask();
      if (world.faults > before) failedAt = at;
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
  const { name, place, given = '', variable, line } = first;
  const fresh = `sk-test-new-${name}`;
  if (place === 'environment') return stage.host.setEnvironment(variable, fresh);
  if (place === 'stored') {
    await stage.run(['auth', 'rm', name]);
    await stage.run(['auth', 'add', name, '--no-verify'], `${fresh}\n`);
    return;
  }
  const file = place === 'config' ? 'config.yaml' : '.env';
  const text = stage.read(file);
  const [old, right] =
    place === 'dotenv' ? [line(variable, given), `${variable}=${fresh}`] : [given, fresh];
  stage.write(file, given === '' ? `${text}${variable}=${fresh}\n` : text.replace(old, right));
}

/** Pastes the first line to paste of the first trouble; asks; and looks again. */
async function tryFix(
  stage: CommandStage,
  { task, seed }: Story,
  doctor: Printed,
): Promise<Fixed | undefined> {
  const command = findLineToPaste(doctor.out);
  if (command === undefined) return undefined;
  if (hasPlaceholder(command)) return { command, printed: doctor, status: 0, doctor };
  const printed = await paste(stage, command, `sk-test-fresh-${seed}`);
  const status = await stage.withEngine((runtime) => stage.ask(runtime, task));
  return { command, printed, status, doctor: await stage.run(['doctor']) };
}

/** The line that is pasted: the first that follows a remedy among the first five lines. */
export function findLineToPaste(out: string): string | undefined {
  const head = out.split('\n').slice(0, 5);
  return head.flatMap((line) => /^ {2}→ [^:]*: (.+)$/.exec(line)?.[1] ?? [])[0];
}

/** `PROVIDER/MODEL` is no line to paste. */
export function hasPlaceholder(command: string): boolean {
  return /\b[A-Z]{3,}(\/|$)/.test(command);
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
export function splitWords(command: string): readonly string[] {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}
