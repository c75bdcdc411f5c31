/**
 * `npm run conformance`: real SDKs and agents through a real gateway before a provider that breaks,
 * as a table of client and scene, then stories of agents with and without the gateway. `--only
 * openai,codex,429` picks clients, scenes and stories by their names' beginnings, `--sdks` leaves
 * the agents out, `--write` writes docs/stories.md, `--json` gives one document. Exit code 1 when a
 * scene or story fails, 2 for a wrong option. docs/conformance.md has more.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { agents } from './agents.ts';
import type { Client } from './client.ts';
import { installClients, versionOf } from './install.ts';
import { concerns, type Scene } from './scene.ts';
import { scenes } from './scenes.ts';
import { sdks } from './sdks.ts';
import { play, type Verdict } from './stage.ts';
import { renderStories } from './stories/page.ts';
import { type PlayedStory, playStories, storyAgents } from './stories/play.ts';
import { stories } from './stories/stories.ts';
import { formatTable, type Row } from './table.ts';

/** One client in one scene. */
interface Run {
  readonly client: Client;
  readonly scene: Scene;
}

interface Played extends Run {
  /** Absent: the scene does not concern the client. */
  readonly verdict: Verdict | undefined;
}

const parallel = 3;

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    sdks: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const all = flags.sdks ? sdks : [...sdks, ...agents];
const tellers = flags.sdks ? [] : storyAgents;
const words = flags.only?.split(',') ?? [];
const isAnyone = ![...all, ...tellers].some(isNamed);
const isAnything = ![...scenes, ...stories].some(isNamed);
const clients = all.filter((one) => isAnyone || isNamed(one));
const chosenScenes = scenes.filter((one) => isAnything || isNamed(one));
requireKnown();
installClients(clients);

const runs = clients.flatMap((client) => chosenScenes.map((scene) => ({ client, scene })));
const played = await playAll(runs);
const rows = clients.map((client) => toRow(client, played));
const told = await playStories(
  stories.filter((one) => isAnything || isNamed(one)),
  tellers.filter((one) => isAnyone || isNamed(one)),
  flags.json ? () => undefined : tellStory,
);
const verdicts = [
  ...rows.flatMap((row) => row.verdicts).filter((verdict) => verdict !== undefined),
  ...told,
];
const count = (result: Verdict['result']): number =>
  verdicts.filter((verdict) => verdict.result === result).length;
if (flags.json)
  console.log(JSON.stringify({ schema: 'holdfast.conformance/1', rows, stories: told }, null, 2));
else {
  if (runs.length > 0) console.log(formatTable(chosenScenes, rows));
  console.log(`\n${count('not possible')} not possible`);
  console.log(`${count('pass')} passed, ${count('fail')} failed`);
}
if (flags.write) writePage(told);
process.exitCode = count('fail') === 0 && count('pass') > 0 ? 0 : 1;

/** Whether a word of `--only` means it. */
function isNamed({ name }: { readonly name: string }): boolean {
  return words.some((word) => isMeant(name, word));
}

/**
 * `503` is the scene of that name, `openai` and `openai chat` are every client whose name begins
 * so.
 */
function isMeant(name: string, word: string): boolean {
  return name === word || name.startsWith(`${word} `) || name.startsWith(`${word},`);
}

function requireKnown(): void {
  const names = [...all, ...tellers, ...scenes, ...stories].map(({ name }) => name);
  const unknown = words.find((word) => !names.some((name) => isMeant(name, word)));
  if (unknown === undefined) return;
  console.error(`--only takes some of ${names.join('; ')}, not "${unknown}"`);
  process.exit(2);
}

/** Plays a few at a time, since most of a run is waiting; in the order of the runs. */
async function playAll(all: readonly Run[]): Promise<readonly Played[]> {
  const waiting = [...all.entries()];
  const done: Played[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, run] = next;
      done[index] = { ...run, verdict: await playOne(run) };
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return done;
}

async function playOne({ client, scene }: Run): Promise<Verdict | undefined> {
  if (!concerns(scene, client)) return undefined;
  const verdict =
    versionOf(client) === undefined ? notInstalled(client) : await play(client, scene);
  if (!flags.json) tell(client, scene, verdict);
  return verdict;
}

function toRow(client: Client, from: readonly Played[]): Row {
  const verdicts = from.filter((one) => one.client === client).map(({ verdict }) => verdict);
  return { client: client.name, version: versionOf(client) ?? 'not installed', verdicts };
}

function notInstalled(client: Client): Verdict {
  return {
    result: 'not possible',
    why: `npm could not install ${client.package}`,
    seconds: 0,
    answers: [],
  };
}

function tell(client: Client, scene: Scene, { result, why, seconds, answers }: Verdict): void {
  const reason = why === undefined ? '' : `: ${why}`;
  console.error(
    `${client.name}, ${scene.title}: ${result} (${seconds.toFixed(1)} s; ${answers.join(' ')})${reason}`,
  );
}

function tellStory({ agent, title, result, told, why }: PlayedStory): void {
  const ways = Object.entries(told).map(([way, { shown }]) => `  ${way}: ${shown.join('; ')}`);
  console.error(
    [`${agent}, ${title}: ${result}${why === undefined ? '' : `: ${why}`}`, ...ways].join('\n'),
  );
}

/**
 * Only what went as it is told: a page with half of the stories, or with a failure, would replace a
 * good one.
 */
function writePage(all: readonly PlayedStory[]): void {
  const path = join(import.meta.dirname, '../docs/stories.md');
  const isWhole = new Set(all.map(({ story }) => story)).size === stories.length;
  if (isWhole && all.every(({ result }) => result === 'pass'))
    writeFileSync(path, renderStories(readFileSync(path, 'utf8'), all));
  else
    console.error(
      'docs/stories.md is not written: not every story was played and went as it is told',
    );
}
