/**
 * Holds what was printed against what was staged: what must be said is said, at the top, and
 * nothing else is. Pure.
 */

import type { Fault, Topic } from './faults.ts';
import { hasPlaceholder, type Played } from './play.ts';
import type { Story } from './story.ts';

/** Words that speak of a topic, outside of quotations. */
const lexicon: Readonly<Record<Topic, RegExp>> = {
  key: /(rejects|refuses|withdr\w+) (the |its )?key|key .*(rejected|refused|withdrawn)/i,
  money: /no money|no credit|out of credit|balance|quota (is )?used up/i,
  limit: /slow down|rate limit/i,
  proxy: /\bprox(y|ies)\b/i,
  page: /web page|HTML/i,
  upstream: /its own upstream/i,
  certificate: /certificate|not trusted/i,
  network: /cannot be reached|network|not found by name|no such host/i,
  'plain-port': /plain http|does not speak https/i,
  model: /does not offer|no such model|in no list/i,
  region: /region|country/i,
  server: /overloaded|server error|server-error|fails/i,
  silence: /silent|too slow/i,
  length: /too long|too large|context window/i,
  empty: /empty answer/i,
  policy: /content policy|moderation/i,
  login: /\blog ?in\b|\blogin\b/i,
  price: /\bprice\b/i,
};

/** Returns what is wrong, each in one sentence; empty where all is well. */
export function judgePlayed(played: Played): readonly string[] {
  const { ending, fault } = played.story;
  const isBroken = ending === 'broken' && fault.isOfRequest !== true;
  return [
    ...judgeExits(played, isBroken),
    ...(isBroken ? judgeNaming(played) : []),
    ...judgeInvented(played),
    ...(isBroken ? judgeFix(played) : []),
    ...judgeSigns(played, isBroken),
    ...judgePeace(played),
  ];
}

/** What stands on the page. */
export interface Shown {
  readonly story: Story;
  readonly keyPlace: string;
  readonly failedAt: number;
  /** All of it, and the same without what it quotes. */
  readonly whole: string;
  readonly ownWords: string;
}

/** The same for the page, while nobody answers: nothing is missing, and nothing is made up. */
export function judgeShown({ whole, ownWords, ...shown }: Shown): readonly string[] {
  const { fault, wasProven } = shown.story;
  const missing = listMissing(shown, 'the page')
    .filter(([, pattern]) => !pattern.test(whole))
    .map(([what]) => `the page does not say ${what} of ${fault.name}`);
  return [...missing, ...listInvented('the page', ownWords, { fault, hasWorked: wasProven })];
}

/** A limit with its end rests as designed; whether that is an error is left open. */
function judgeExits({ story, doctor, explain }: Played, isBroken: boolean): readonly string[] {
  const mayRest = story.fault.endsAfterMs !== undefined;
  const statuses = { doctor: doctor.status, explain: explain.status };
  return Object.entries(statuses).flatMap(([name, status]) => {
    if (isBroken && status === 0 && !mayRest) return [`${name} exits 0 while nobody answers`];
    if (!isBroken && story.ending !== 'rescued' && status !== 0)
      return [`${name} exits ${status} with nothing left to do`];
    return [];
  });
}

function judgeNaming(played: Played): readonly string[] {
  const { story, doctor, explain, why } = played;
  return Object.entries({ doctor, explain, 'why last': why }).flatMap(([name, { out }]) => {
    const head = out.split('\n').slice(0, 5).join('\n');
    return listMissing(played, name).flatMap(([what, pattern]) =>
      pattern.test(head) ? [] : [`${name} does not say ${what} of ${story.fault.name}`],
    );
  });
}

function listMissing(
  { story, keyPlace, failedAt }: Pick<Played, 'story' | 'keyPlace' | 'failedAt'>,
  command: string,
): readonly (readonly [what: string, pattern: RegExp])[] {
  const { fault, task, providers } = story;
  const wanted: (readonly [string, RegExp])[] = [
    ['who', literal(providers[0]?.name ?? '')],
    ['what', command === 'why last' ? (fault.saysOfRequest ?? fault.says) : fault.says],
  ];
  if (fault.words !== undefined) wanted.push(['the words', literal(fault.words)]);
  if (command === 'why last') return wanted;
  wanted.push(['the task', literal(task)]);
  if (fault.isOfKey === true) {
    const place = keyPlace === 'stored' ? /stored|credentials\.json/ : literal(keyPlace);
    wanted.push(['the place of the key', place]);
  }
  if (fault.endsAfterMs !== undefined)
    wanted.push(['the end', clockAround(failedAt + fault.endsAfterMs)]);
  return wanted;
}

function literal(text: string): RegExp {
  return new RegExp(text.replace(/[^\w\s]/g, '\\$&'));
}

/** As a clock on the wall shows it: a wait is spread a little, and its end is rounded up. */
function clockAround(at: number): RegExp {
  const minutes = [-60_000, 0, 60_000, 120_000].map((offset) =>
    new Date(at + offset).toTimeString().slice(0, 5),
  );
  return new RegExp(minutes.join('|'));
}

/** Whatever is said of a topic that was not staged is made up. */
function judgeInvented({ story, doctor, explain }: Played): readonly string[] {
  const { fault, wasProven, ending } = story;
  const hasWorked = wasProven || ending !== 'broken';
  return Object.entries({ doctor, explain }).flatMap(([name, { out }]) => {
    const said = listTroubles(out)
      .join('\n')
      .replace(/"[^"]*"/g, '""');
    return listInvented(name, said, { fault, hasWorked });
  });
}

function listInvented(
  name: string,
  said: string,
  { fault, hasWorked }: { readonly fault: Fault; readonly hasWorked: boolean },
): readonly string[] {
  const staged = new Set<string>(fault.topics);
  const invented = Object.entries(lexicon)
    .filter(([topic, words]) => !staged.has(topic) && words.test(said))
    .map(
      ([topic, words]) =>
        `${name} speaks of ${topic}, and none was staged: ${words.exec(said)?.[0]}`,
    );
  return !hasWorked && /worked \d/.test(said)
    ? [...invented, `${name} says that it worked`]
    : invented;
}

/** The troubles at the head of what a command prints, each with its lines. */
function listTroubles(out: string): readonly string[] {
  const lines = out.split('\n');
  const end = lines.findIndex((line) => !/^(✗|–|\?| {2})/.test(line));
  return lines.slice(0, end < 0 ? lines.length : end);
}

function judgeFix({ story, doctor, fixed }: Played): readonly string[] {
  const { isOfKey = false, endsAfterMs } = story.fault;
  if (fixed === undefined)
    return isOfKey && endsAfterMs === undefined ? ['doctor has no line to paste for a key'] : [];
  const { command, status, printed } = fixed;
  if (hasPlaceholder(command)) return [`the line to paste has a placeholder: ${command}`];
  // a line that shows what there is changes nothing
  const mayWait = story.fault.endsAfterMs !== undefined || /reset|--refresh/.test(command);
  const [first = ''] = doctor.out.split('\n');
  const found = [];
  if (printed.status !== 0 && printed.status !== 1)
    found.push(`pasted, "${command}" exits ${printed.status}: ${printed.talk.split('\n')[0]}`);
  if (status !== 200 && !mayWait) found.push(`pasted, "${command}" mends nothing: ${status}`);
  if (status === 200 && first !== '' && fixed.doctor.out.includes(first))
    found.push(`after "${command}" doctor still says: ${first}`);
  return found;
}

/** Only of a request that its first target answered at once is there nothing to fix. */
function judgePeace({ story: { ending }, why }: Played): readonly string[] {
  const isPeaceful = /^ *Nothing to fix/m.test(why.out);
  if (isPeaceful === (ending === 'recovered')) return [];
  return [`why last ${isPeaceful ? 'says' : 'does not say'} that nothing is to fix: ${ending}`];
}

/** `tasks` says the same of the task as `doctor` and `explain`. */
function judgeSigns(
  { story, tasks, doctor, explain }: Played,
  isBroken: boolean,
): readonly string[] {
  const sign = new RegExp(`^(.) ${story.task}$`, 'm').exec(tasks.out)?.[1];
  const crossed = [doctor, explain].map(({ out }) => out.startsWith('✗'));
  const found = [];
  const mayRest = story.fault.endsAfterMs !== undefined;
  if (isBroken && sign !== '✗' && !mayRest) found.push(`tasks shows ${sign} while nobody answers`);
  if (!isBroken && sign === '✗' && story.fault.isOfRequest !== true)
    found.push(`tasks shows ✗ at the end ${story.ending}`);
  if (story.ending === 'old' && sign === '✓')
    found.push('tasks shows ✓ of what nobody has looked at');
  if (story.ending !== 'rescued' && crossed[0] !== crossed[1])
    found.push(`doctor ${crossed[0] ? 'shows' : 'hides'} a ✗, explain does not agree`);
  return found;
}
