/** The stories of a run: each with each of its agents, in both ways, a few at a time. */

import type { TwiceTold } from './page.ts';
import { tell } from './stage.ts';
import { stories } from './stories.ts';
import type { Story, StoryAgent, Told } from './story.ts';
import { hasTmux } from './tmux.ts';

/** One story with one agent. */
interface Telling {
  readonly story: Story;
  readonly agent: StoryAgent;
}

export interface PlayedStory extends TwiceTold {
  readonly result: 'pass' | 'fail' | 'not possible';
  readonly why?: string;
}

const parallel = 2;

/** Every agent of a story, once. */
export const storyAgents: readonly StoryAgent[] = [
  ...new Set(stories.flatMap(({ agents }) => agents)),
];

/** Plays what both lists name, in the order of the stories; tells on the way how each went. */
export async function playStories(
  chosen: readonly Story[],
  agents: readonly StoryAgent[],
  onPlayed: (played: PlayedStory) => void,
): Promise<readonly PlayedStory[]> {
  const tellings = chosen.flatMap((story) =>
    story.agents.filter((agent) => agents.includes(agent)).map((agent) => ({ story, agent })),
  );
  const missing = new Map(
    [...new Set(tellings.map(({ agent }) => agent))].map((agent) => [agent, agent.install()]),
  );
  const waiting = [...tellings.entries()];
  const played: PlayedStory[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, telling] = next;
      const one = await playOne(telling, missing.get(telling.agent) ?? lackOf(telling.story));
      played[index] = one;
      onPlayed(one);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return played;
}

function lackOf({ isInTerminal }: Story): string | undefined {
  return isInTerminal === true && !hasTmux() ? 'tmux is not installed' : undefined;
}

async function playOne(
  { story, agent }: Telling,
  missing: string | undefined,
): Promise<PlayedStory> {
  const facts = { story: story.name, title: story.title, agent: agent.name };
  if (missing !== undefined) {
    const told = { shown: [missing] };
    return {
      ...facts,
      told: { directly: told, through: told },
      result: 'not possible',
      why: missing,
    };
  }
  const told = {
    directly: await tell(story, agent, 'directly'),
    through: await tell(story, agent, 'through'),
  };
  const why = whyNot(told.directly, 'directly') ?? whyNot(told.through, 'through Holdfast');
  return { ...facts, told, ...(why === undefined ? { result: 'pass' } : { result: 'fail', why }) };
}

function whyNot({ why, shown }: Told, way: string): string | undefined {
  return why === undefined ? undefined : `${way}: ${why}: ${shown.join('; ')}`;
}
