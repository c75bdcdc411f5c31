/**
 * One run: three simulated providers, a real `holdfast serve` before them, the client as a process
 * of its own, and a verdict.
 */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SimulatedProvider, startSimulatedProvider } from '../src/sim/index.ts';
import { type GatewayProcess, startGatewayProcess } from '../test/integration/gateway-process.ts';
import type { Client, Place } from './client.ts';
import { type Finished, runProcess } from './process.ts';
import type { Scene } from './scene.ts';
import { blind } from './scenes.ts';
import { proveKey, writeConfig } from './setting.ts';

/** What a run showed. `why` says what failed, or why the client could not be tried. */
export interface Verdict {
  readonly result: 'pass' | 'fail' | 'not possible';
  readonly why?: string;
  readonly seconds: number;
  /** What the main provider answered, in order: a status, or the name of what broke. */
  readonly answers: readonly (number | string)[];
}

/** What one run showed before it is judged as a whole. */
interface Outcome {
  readonly why: string | undefined;
  readonly answers: Verdict['answers'];
}

interface Sims {
  readonly main: SimulatedProvider;
  readonly spare: SimulatedProvider;
  readonly side: SimulatedProvider;
}

/** An agent that is let run to its end gives up by itself before this. */
const endlessMs = 30 * 60_000;
const markerFile = 'a-file-to-find.txt';
const pictureFile = 'picture.png';
/** 16 × 16, red. */
const picture =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mP4z8BAEmIY1TCqYfhqAACQ+f8B8u7oVwAAAABJRU5ErkJggg==';
const complaint =
  /\b(401|402|403|429|500|502|503|529)\b|unauthori[sz]ed|reconnecting|retrying|falling back|error:/i;

/** Plays the scene to the client. Never rejects for the client's fault. */
export async function play(client: Client, scene: Scene): Promise<Verdict> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-conformance-'));
  const sims: Sims = {
    main: await startSimulatedProvider({
      keepBodies: true,
      faults: [{ model: blind, fault: 'blind' }],
    }),
    spare: await startSimulatedProvider(),
    side: await startSimulatedProvider(),
  };
  try {
    const { why, answers } = await playIn(folder, sims, { client, scene });
    const facts = { seconds: (performance.now() - startedAt) / 1000, answers };
    if (why === undefined) return { result: 'pass', ...facts };
    return { result: 'fail', why, ...facts };
  } finally {
    await Promise.all(Object.values(sims).map((sim: SimulatedProvider) => sim.close()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function playIn(
  folder: string,
  { main, spare, side }: Sims,
  { client, scene }: { readonly client: Client; readonly scene: Scene },
): Promise<Outcome> {
  const home = makeFolder(folder, 'holdfast');
  const origins = { main: main.origin, spare: spare.origin, side: side.origin };
  writeFileSync(join(home, 'config.yaml'), writeConfig(client.protocol, scene, origins));
  const gateway = await startGatewayProcess(home);
  try {
    const place = makePlace(folder, gateway, home);
    if (scene.isProven) await proveKey(client.protocol, place);
    main.clearLog();
    const prompt = promptFor(client, scene, place);
    const { words = [], environment = {} } = (scene.compacts && client.compacting) || {};
    const ask = (text: string, goOn: readonly string[] = []): Promise<Finished> => {
      const command = client.command(text, place, [...words, ...goOn]);
      const all = { ...command, environment: { ...command.environment, ...environment } };
      return runProcess(all, place, scene.postsAMinute === undefined ? client.limitMs : endlessMs);
    };
    let finished = await ask(prompt);
    for (let turn = 2; turn <= scene.turns && judgeShown(finished, scene) === undefined; turn += 1)
      finished = await ask(`Say ${turn}.`, client.goOn);
    const seen = { main: main.log(), spare: spare.log(), side: side.log() };
    const why =
      judgeShown(finished, scene) ??
      scene.judge(seen) ??
      (await judgeCalm(scene, place)) ??
      judgeTool(scene, place) ??
      (await judgeTitle(client, scene, place));
    return {
      why,
      answers: seen.main.map(
        ({ status, fault }) => (status === 200 && fault) || (status ?? 'none'),
      ),
    };
  } finally {
    await gateway.stop();
  }
}

function makePlace(folder: string, { url, key }: GatewayProcess, holdfastHome: string): Place {
  const work = makeFolder(folder, 'work');
  writeFileSync(join(work, markerFile), 'found\n');
  writeFileSync(join(work, pictureFile), Buffer.from(picture, 'base64'));
  return { home: makeFolder(folder, 'home'), work, gateway: url, key, holdfastHome };
}

function makeFolder(parent: string, name: string): string {
  const path = join(parent, name);
  mkdirSync(path);
  return path;
}

function promptFor(
  { call, sideCall, look }: Client,
  { callsTool, isSideCall, showsImage, compacts }: Scene,
  { work }: Place,
): string {
  if (showsImage && look !== undefined)
    return `Please do ${look(join(work, pictureFile))} and say what you see.`;
  if (isSideCall && sideCall !== undefined) return sideCall;
  if (compacts) return `Say hi.${' And one word more.'.repeat(1200)}`;
  return callsTool ? `Please do ${call} and say what you see.` : 'Say hi.';
}

function judgeShown(finished: Finished, { shows }: Scene): string | undefined {
  if (shows === undefined) return judgeClient(finished);
  return finished.output.includes(shows)
    ? undefined
    : `it did not show "${shows}": ${tellEnd(finished.output)}`;
}

/** A client is content when it ended well, printed a whole answer, and showed its user no error. */
function judgeClient({ status, output }: Finished): string | undefined {
  const said = tellEnd(output);
  if (status !== 0) return `it ended with ${status}: ${said}`;
  if (!output.includes(' heard: ')) return `it printed no answer: ${said}`;
  const counted = output.match(/~\d+\/\d+/g)?.at(-1);
  if (counted !== undefined && counted !== '~60/60') return `its answer ends at ${counted}`;
  const complained = output
    .split('\n')
    .find((line) => !line.includes(' heard: ') && complaint.test(line));
  return complained === undefined
    ? undefined
    : `its user was shown: ${complained.trim().slice(0, 200)}`;
}

/** The line of the output that names an error, or else its end. */
function tellEnd(output: string): string {
  const lines = output.trim().split('\n');
  const told = lines.find((line) => /error: /i.test(line)) ?? lines.slice(-3).join(' | ');
  return told.trim().slice(0, 500);
}

/** How often the gateway was asked for an answer in its busiest minute. */
async function judgeCalm(
  { postsAMinute }: Scene,
  { gateway, holdfastHome }: Place,
): Promise<string | undefined> {
  if (postsAMinute === undefined) return undefined;
  const key = readFileSync(join(holdfastHome, 'admin.key'), 'utf8').trim();
  const response = await fetch(`${gateway}/admin/records?limit=1000&task=main`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const times = parseTimes(await response.text());
  const busiest = Math.max(
    ...times.map((at) => times.filter((other) => other >= at && other < at + 60_000).length),
  );
  return busiest <= postsAMinute
    ? undefined
    : `it asked ${busiest} times in one minute, ${times.length} in all`;
}

function parseTimes(answer: string): readonly number[] {
  const { records } = JSON.parse(answer);
  return records.map(({ at }: { at: number }) => at);
}

/** The title stands where the client itself lists its sessions. */
async function judgeTitle(
  { sessions, limitMs }: Client,
  { titles }: Scene,
  place: Place,
): Promise<string | undefined> {
  if (titles === undefined || sessions === undefined) return undefined;
  const { output } = await runProcess(sessions(place), place, limitMs);
  return output.includes('Simulated title of this session')
    ? undefined
    : `its list of sessions has no title: ${tellEnd(output)}`;
}

/** The tool really ran when it left the listing of its directory. */
function judgeTool({ callsTool }: Scene, { work }: Place): string | undefined {
  const path = join(work, 'listing.txt');
  if (!callsTool || (existsSync(path) && readFileSync(path, 'utf8').includes(markerFile)))
    return undefined;
  return 'the tool did not run: no listing of the directory was left';
}
