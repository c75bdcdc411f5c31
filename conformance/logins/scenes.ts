/** The scenes: what the vendor of a login does, and what must be seen of it. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finished } from '../process.ts';
import { compareRuns, compareWays } from './compare.ts';
import type { Person } from './people.ts';
import { type Login, type LoginProgram, loginPrograms } from './programs.ts';
import type { Sent } from './recorder.ts';
import { type Stage, tokenIn } from './stage.ts';

export interface LoginScene {
  readonly name: string;
  readonly title: string;
  /** Nobody else answers while the plan is used up. Default: the fallback chain does. */
  readonly after?: 'none';
  /** It needs all programs at once, and is played once. Default: once for each program. */
  readonly isOfAll?: true;
  /** Why it is not this scene; nothing when it is. */
  play(stage: Stage, program: LoginProgram): Promise<string | undefined>;
}

const windowMs = 40_000;
/** After a window has ended. */
const graceMs = 2000;

export const loginScenes: readonly LoginScene[] = [
  {
    name: 'same',
    title: 'the same URL, query, headers and bytes as without us',
    play: asAda(async (stage, program, person) => {
      const { vendor, door } = stage;
      const prompt = `Please do ${program.call} and say what you see.`;
      const through = await person.ask(prompt);
      const [ours, came] = [answersOf(vendor, program), answersOf(door, program)];
      vendor.sent.length = 0;
      const straight = await person.askDirectly(prompt);
      const theirs = answersOf(vendor, program);
      return (
        faultOf(through) ??
        faultOf(straight) ??
        (ours.length < 2 ? `the vendor was asked ${ours.length} times, not twice` : undefined) ??
        compareWays(came, ours) ??
        compareRuns(theirs, ours) ??
        nothingOfOurs(stage)
      );
    }),
  },
  {
    name: 'renewed',
    title: '401: the program renews its login, and is answered',
    play: asAda(async (stage, program, person) => {
      stage.good.clear();
      const finished = await person.ask('Say hi.');
      const [first, second] = person.login.tokens;
      const seen = answersOf(stage.vendor, program).map((sent) => [tokenIn(sent), sent.status]);
      const refused = seen.filter(([token, status]) => token === first && status === 401).length;
      const answered = seen.filter(([token, status]) => token === second && status === 200).length;
      if (refused + answered !== seen.length || refused === 0 || answered !== 1)
        return `the vendor saw ${refused} old logins and answered ${answered}, of ${seen.length}`;
      if (stage.renewals.count !== 1) return `it renewed ${stage.renewals.count} times`;
      return faultOf(finished) ?? nothingOfOurs(stage);
    }),
  },
  {
    name: 'used-up',
    title: 'a used-up window: our key answers, and the login when it renews',
    play: asAda(async (stage, program, person) => {
      const resetsAt = Math.ceil((Date.now() + windowMs) / 1000);
      stage.refuse = () => program.usedUp(resetsAt);
      const turns = [await askOnce(stage, program, person), await askOnce(stage, program, person)];
      const left = resetsAt * 1000 - Date.now();
      if (left < 0) return 'the window was over before the second prompt had its answer';
      stage.refuse = undefined;
      await new Promise((resolve) => setTimeout(resolve, left + graceMs));
      turns.push(await askOnce(stage, program, person));
      const log = await stage.run('logs', '--json');
      const told = log.split('\n').filter((line) => line.includes("its caller's login"));
      return (
        turns.map(({ fault }) => fault).find((fault) => fault !== undefined) ??
        differs(
          'asked',
          '1 and ours, 0 and ours, 1 alone',
          turns.map(({ asked }) => asked).join(', '),
        ) ??
        differs('lines of the log about who pays', '2', String(told.length))
      );
    }),
  },
  {
    name: 'used-up-none',
    title: 'a used-up window where nobody else may answer: its user is told what the vendor says',
    after: 'none',
    play: asAda(async (stage, program, person) => {
      stage.refuse = () => program.usedUp(Math.ceil((Date.now() + 3_600_000) / 1000));
      const { output } = await person.ask('Say hi.');
      return program.showsUsedUp.test(output)
        ? nothingOfOurs(stage)
        : `its user was not told of the limit: ${output.trim().slice(-300)}`;
    }),
  },
  {
    name: 'two-people',
    title: 'forty requests of two people at once: no login anywhere but at its vendor',
    isOfAll: true,
    play: playTwoPeople,
  },
];

/** A scene of one person with one program. */
function asAda(
  play: (stage: Stage, program: LoginProgram, person: Person) => Promise<string | undefined>,
): LoginScene['play'] {
  return async (stage, program) => play(stage, program, await stage.enter('ada', program));
}

async function playTwoPeople(stage: Stage): Promise<string | undefined> {
  const people: Person[] = [];
  for (const program of loginPrograms)
    for (const name of ['ada', 'bob']) people.push(await stage.enter(name, program));
  // ada's plan is used up half-way, and everybody meets a 529 now and then
  let asked = 0;
  stage.refuse = (sent) => {
    asked += 1;
    const program = loginPrograms.find(({ path }) => sent.url.startsWith(path));
    const isAda = sent.body.includes(wordOf('ada'));
    if (isAda && asked > 20) return program?.usedUp(Math.ceil(Date.now() / 1000) + 3600);
    return asked % 9 === 0
      ? { status: 529, body: { error: { type: 'overloaded_error' } } }
      : undefined;
  };
  const turns = await Promise.all(
    people.map(async (person, index) => {
      const program = loginPrograms[Math.floor(index / 2)];
      const faults: (string | undefined)[] = [];
      for (let turn = 0; turn < 5; turn += 1)
        faults.push(
          faultOf(await person.ask(`Please do ${program?.call} and say ${wordOf(person.name)}.`)),
        );
      return faults.find((fault) => fault !== undefined);
    }),
  );
  const answered = stage.door.sent.filter((sent) => isPost(sent) && sent.status === 200).length;
  return (
    turns.find((fault) => fault !== undefined) ??
    (answered < 40 ? `${answered} requests were answered, not 40` : undefined) ??
    (!stage.house.sent.some(isPost) ? 'our key was never asked' : undefined) ??
    findMixed(stage, people) ??
    (await findLeak(stage, people))
  );
}

const wordOf = (name: string): string => `hello-from-${name}`;

/** A vendor saw each login with its own person's words only. */
function findMixed({ vendor }: Stage, people: readonly Person[]): string | undefined {
  const mixed = vendor.sent.filter(isPost).find((sent) => {
    const owner = people.find(({ login }) => login.tokens[0] === tokenIn(sent));
    return owner === undefined || !sent.body.includes(wordOf(owner.name));
  });
  return mixed === undefined ? undefined : `a login came with another person's ${mixed.url}`;
}

const commands = [
  ['doctor'],
  ['doctor', '--json'],
  ['auth', 'list', '--json'],
  ['explain'],
  ['explain', 'main', '--json'],
  ['why', '--json'],
  ['logs', '--json'],
  ['cost', '--json'],
  ['tasks', '--json'],
  ['records', 'list', '--json'],
  ['config', 'show', '--json'],
];
const adminPaths = ['snapshot', 'records?limit=1000', 'logs?limit=1000', 'plan', 'usage', 'health'];

/** Reads all that anybody can read of the gateway, its files, and what other origins saw. */
async function findLeak(stage: Stage, people: readonly Person[]): Promise<string | undefined> {
  const admin = readFileSync(join(stage.holdfastHome, 'admin.key'), 'utf8').trim();
  const places: [string, string][] = [];
  for (const words of commands) places.push([words.join(' '), await stage.run(...words)]);
  for (const path of [...adminPaths.map((one) => `/admin/${one}`), '/metrics']) {
    const headers = { authorization: `Bearer ${admin}` };
    const got = await fetch(`${stage.gateway.url}${path}`, { headers });
    if (!got.ok) return `${path} answers ${got.status}`;
    places.push([path, await got.text()]);
  }
  places.push(['what our own key was sent with', told(stage.house.sent)]);
  places.push(['what the gateway said', stage.gateway.said()]);
  places.push(...readFiles(stage.holdfastHome));
  const needles = people.flatMap(({ login }) => needlesOf(login));
  const leak = places.find(([, text]) => needles.some((needle) => text.includes(needle)));
  console.error(
    `  searched ${places.length} places and ${stage.house.sent.length} requests of ours for ${needles.length} pieces`,
  );
  return leak === undefined ? undefined : `a login stands in ${leak[0]}`;
}

/** Whole, as its end alone, and in base64. */
function needlesOf({ tokens, refreshTokens }: Login): readonly string[] {
  return [...tokens, ...refreshTokens].flatMap((token) => [
    token,
    token.slice(-24),
    Buffer.from(token).toString('base64').slice(-44, -4),
  ]);
}

function told(sent: readonly Sent[]): string {
  return sent
    .map(({ url, headers, body }) => `${url}\n${JSON.stringify(headers)}\n${body.toString()}`)
    .join('\n');
}

function readFiles(folder: string): readonly [string, string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, readFileSync(path, 'latin1')]);
}

/** How often the vendor was asked for one prompt, and whether our key was. */
async function askOnce(
  { vendor, house }: Stage,
  program: LoginProgram,
  person: Person,
): Promise<{ readonly asked: string; readonly fault: string | undefined }> {
  vendor.sent.length = 0;
  house.sent.length = 0;
  const fault = faultOf(await person.ask('Say hi.'));
  const ours = house.sent.some(isPost) ? 'and ours' : 'alone';
  return { asked: `${answersOf(vendor, program).length} ${ours}`, fault };
}

function answersOf({ sent }: Stage['vendor'], { path }: LoginProgram): readonly Sent[] {
  return sent.filter(({ method, url }) => method === 'POST' && url.split('?')[0] === path);
}

/** The gateway also asks a local server how many requests it answers at a time. */
function nothingOfOurs({ house }: Stage): string | undefined {
  return house.sent.some(isPost) ? 'our own key was asked' : undefined;
}

const isPost = ({ method }: Sent): boolean => method === 'POST';

function faultOf({ status, output }: Finished): string | undefined {
  if (status === 0 && output.includes(' heard: ')) return undefined;
  return `it ended with ${status}: ${output.trim().slice(-300)}`;
}

function differs(what: string, wanted: string, seen: string): string | undefined {
  return wanted === seen ? undefined : `${what}: ${seen}; it should be ${wanted}`;
}
