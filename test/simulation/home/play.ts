/** Plays a story, or some of its steps, and tells which law it breaks first. */

import { longestMs, wholeDayMs } from '../stage.ts';
import type { Fresh } from './fresh.ts';
import { Home, type Seams } from './home.ts';
import { laws, noteDisobedience } from './laws.ts';
import type { Sent } from './network.ts';
import type { Step, Story } from './story.ts';
import type { Told } from './told.ts';

export interface Broken {
  /** As `law 17`. */
  readonly law: string;
  readonly text: string;
  /** Ms since the start. */
  readonly at: number;
}

export interface Played {
  readonly broken: readonly Broken[];
  readonly told: readonly Told[];
  readonly sent: readonly Sent[];
  readonly requests: number;
}

export async function playStory(
  story: Story,
  seams?: Seams,
  steps: readonly Step[] = story.steps,
): Promise<Played> {
  const home = new Home(story, seams);
  home.network.onSent = (sent) => noteDisobedience(home, sent);
  const judge = createJudge(home);
  const broken: Broken[] = [];
  for (const step of steps) {
    await home.carryOut(step);
    broken.push(...judge(false));
    if (broken.length > 0) break;
  }
  if (broken.length === 0) {
    await home.host.advance(Math.max(0, story.spanMs - home.now()) + longestMs);
    broken.push(...judge(true));
  }
  if (broken.length === 0) broken.push(...(await judgeHealing(home)));
  if (broken.length === 0) {
    await home.close();
    const kept = await home.readStore();
    if (kept.includes('sk-test-'))
      broken.push({ law: 'law 20', text: 'the store has a secret', at: home.now() });
  }
  return { broken, told: home.told, sent: home.network.sent, requests: home.told.length };
}

/** Judges what is new since the last time. */
function createJudge(home: Home): (isLast: boolean) => readonly Broken[] {
  let seen = 0;
  let pending: readonly Told[] = [];
  let told = 0;
  return (isLast) => {
    const open = [...pending, ...home.told.slice(told)];
    told = home.told.length;
    const isOver = (one: Told): boolean =>
      one.ends > 0 || one.leftAt !== undefined || one.life.isOver;
    // Its record is written at the end of its last attempt.
    const isDone = (one: Told): boolean => isOver(one) && (isLast || one.record !== undefined);
    const fresh: Fresh = { sent: home.network.sent.slice(seen), over: open.filter(isDone), isLast };
    pending = open.filter((one) => !isDone(one));
    seen = home.network.sent.length;
    const broken = Object.entries(laws).flatMap(([law, judgeLaw]) =>
      judgeLaw(home, fresh).map((text) => ({ law, text, at: home.now() })),
    );
    home.watch.opened = [];
    return broken;
  };
}

/**
 * Every mark ends: a day after all is well again the first target of every route answers, without a
 * restart (law 7).
 */
async function judgeHealing(home: Home): Promise<readonly Broken[]> {
  home.heal();
  await home.host.advance(wholeDayMs);
  const broken: Broken[] = [];
  for (const [index, model] of ['main', 'compression', 'title_generation'].entries()) {
    const first = home.runtime()?.config().routes.get(model)?.targets[0]?.target.id;
    let last: Told | undefined;
    // A pool may hold several held-back keys; each request probes one of them.
    for (let turn = 0; turn < 6 && (turn === 0 || last?.record?.answeredBy !== first); turn += 1) {
      const number = 10_000 + index * 10 + turn;
      last = home.ask({
        at: home.now(),
        do: 'ask',
        number,
        process: 0,
        model,
        stream: false,
        caller: 'ada',
      });
      await home.host.advance(60_000);
    }
    if (last?.record?.answeredBy !== first)
      broken.push({
        law: 'law 7',
        text: `a day after, ${model} is answered by ${last?.record?.answeredBy ?? 'nobody'}, not ${first}`,
        at: home.now(),
      });
  }
  return broken;
}
