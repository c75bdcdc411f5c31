/** Stages a story with real processes: a gateway, commands in a shell, providers on sockets. */

import { ask, type Finished, Stage } from '../../examples/stage.ts';
import type { Printed } from '../fakes/command-stage.ts';
import { describeHome } from './home.ts';
import { type Fixed, findLineToPaste, hasPlaceholder, type Played } from './play.ts';
import { Servers } from './servers.ts';
import type { Story } from './story.ts';
import { World } from './world.ts';

/** Undefined where `serve` refused to start for want of a key, and named the key. */
export async function playLive(story: Story): Promise<Played | undefined> {
  const world = new World(story);
  const servers = new Servers(world);
  const stage = new Stage();
  try {
    const addresses = await servers.open(story);
    const home = describeHome(story, (host) => addresses.get(host) ?? 'http://127.0.0.1:9');
    stage.write('config.yaml', home.config);
    stage.write('.env', home.dotenv);
    const shell = (line: string, input = ''): Promise<Printed> =>
      stage.paste(line, home.variables, { input }).then(toPrinted);
    for (const [provider, secret] of home.stored)
      await shell(`holdfast auth add ${provider} --no-verify`, `${secret}\n`);
    const gateway = await stage.startGateway(home.variables).catch((error: Error) => error);
    if (gateway instanceof Error) return requireNamed(gateway, story);
    const failedAt = await happen(story, world, () => ask(gateway, story.task));
    if (story.ending === 'replaced') await replaceKey(stage, story, shell);
    const doctor = await shell('holdfast doctor');
    const played = {
      story,
      keyPlace: home.keyPlace,
      failedAt,
      doctor,
      explain: await shell(`holdfast explain ${story.task}`),
      tasks: await shell('holdfast tasks'),
      why: await shell('holdfast why last'),
    };
    const fixed =
      story.ending === 'broken'
        ? await tryFix(doctor, shell, () => ask(gateway, story.task))
        : undefined;
    return { ...played, ...(fixed && { fixed }) };
  } finally {
    await stage.clear();
    servers.close();
  }
}

/** Throws any other refusal. */
function requireNamed(refusal: Error, { providers: [first] }: Story): undefined {
  const { name = '', variable = '', given } = first ?? {};
  const isNamed = [name, variable, 'has no key'].every((word) => refusal.message.includes(word));
  if (!isNamed || (given !== undefined && given !== '')) throw refusal;
}

type Shell = (line: string, input?: string) => Promise<Printed>;

/** What a person reads of stderr is not looked at. */
function toPrinted({ status, output }: Finished): Printed {
  return { status, out: output, talk: '' };
}

/** Resolves with the time of the last failure. */
async function happen(
  { wasProven, failures }: Story,
  world: World,
  askOnce: () => Promise<unknown>,
): Promise<number> {
  if (wasProven) await askOnce();
  world.isFaulty = true;
  let failedAt = 0;
  for (let index = 0; index < Math.min(failures, 2); index += 1) {
    const [at, before] = [Date.now(), world.faults];
    await askOnce();
    if (world.faults > before) failedAt = at;
  }
  return failedAt;
}

/** A variable of a running process cannot be replaced: such stories are not drawn. */
async function replaceKey(
  stage: Stage,
  { providers: [first] }: Story,
  shell: Shell,
): Promise<void> {
  if (first === undefined) return;
  const { name, place, given = '', variable } = first;
  const fresh = `sk-test-new-${name}`;
  if (place === 'stored') {
    await shell(`holdfast auth rm ${name}`);
    await shell(`holdfast auth add ${name} --no-verify`, `${fresh}\n`);
    return;
  }
  const file = place === 'config' ? 'config.yaml' : '.env';
  const text = stage.read(file);
  stage.write(file, given === '' ? `${text}${variable}=${fresh}\n` : text.replace(given, fresh));
}

async function tryFix(
  doctor: Printed,
  shell: Shell,
  askOnce: () => Promise<{ readonly status: number }>,
): Promise<Fixed | undefined> {
  const command = findLineToPaste(doctor.out);
  if (command === undefined) return undefined;
  if (hasPlaceholder(command)) return { command, printed: doctor, status: 0, doctor };
  const printed = await shell(command, 'sk-test-fresh-live\n');
  const { status } = await askOnce();
  return { command, printed, status, doctor: await shell('holdfast doctor') };
}
