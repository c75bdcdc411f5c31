/**
 * `npm run simulate -- --requests N --seed S`: plays stories of the seeds S, S + 1 and so on, until
 * N requests were asked, and judges every law that can be seen from outside after every step
 * (docs/laws.md). A story that breaks one is shrunk and told, with the command that plays it again.
 */

import { parseArgs } from 'node:util';
import { playStory } from '../test/simulation/home/play.ts';
import { shrinkStory } from '../test/simulation/home/shrink.ts';
import { createStory, type Story } from '../test/simulation/home/story.ts';
import { tellStory } from '../test/simulation/home/tell.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    /** Plays only these steps of the one seed, as a told story says. */
    steps: { type: 'string' },
  },
});

if (values.steps === undefined) await simulate(Number(values.requests), Number(values.seed));
else await repeat(createStory(Number(values.seed)), values.steps.split(',').map(Number));

async function simulate(requests: number, firstSeed: number): Promise<void> {
  let [asked, sent, seed, broken] = [0, 0, firstSeed, 0];
  for (; asked < requests && broken < 10; seed += 1) {
    const story = createStory(seed);
    const played = await playStory(story);
    asked += played.requests;
    sent += played.sent.length;
    if ((seed - firstSeed) % 1000 === 999) console.error(`${asked} requests, up to seed ${seed}`);
    if (played.broken.length === 0) continue;
    broken += 1;
    await tellShortest(story);
  }
  const { user, system } = process.cpuUsage();
  console.log(
    `${asked} requests in ${seed - firstSeed} stories from seed ${firstSeed}, ${sent} attempts, ${broken} stories with a broken law, ${((user + system) / 1e6).toFixed(1)} s of CPU`,
  );
  process.exitCode = broken === 0 ? 0 : 1;
}

async function tellShortest(story: Story): Promise<void> {
  const shortest = await shrinkStory(story);
  if (shortest === undefined) throw new Error(`seed ${story.seed} breaks a law only sometimes`);
  const places = shortest.steps.map((step) => story.steps.indexOf(step));
  for (const line of tellStory(story, shortest.steps, shortest.played)) console.log(line);
  console.log(`\nAgain: npm run simulate -- --seed ${story.seed} --steps ${places.join(',')}\n`);
}

async function repeat(story: Story, places: readonly number[]): Promise<void> {
  const steps = story.steps.filter((_, place) => places.includes(place));
  const played = await playStory(story, {}, steps);
  for (const line of tellStory(story, steps, played)) console.log(line);
  process.exitCode = played.broken.length === 0 ? 0 : 1;
}
