/** Draws a trouble from a seed: its fault, its place, where the key is, and what happened since. */

import { Random } from '../simulation/random.ts';
import { type Fault, faults, type KeyPlace } from './faults.ts';

/**
 * What the end of the story is. `broken`: nobody answers. `rescued`: a fallback does. `recovered`:
 * the fault is over and a request was answered. `old`: nobody has asked for a day. `replaced`: the
 * key is another one, and nobody has asked since.
 */
export type Ending = 'broken' | 'rescued' | 'recovered' | 'old' | 'replaced';

export interface StagedProvider {
  readonly name: string;
  readonly host: string;
  readonly variable: string;
  readonly place: KeyPlace;
  readonly secret: string;
  /** What stands where the secret belongs; undefined: nothing does. */
  readonly given: string | undefined;
  /** Its line of `.env`. */
  readonly line: (variable: string, given: string) => string;
  /** Another field of it in the configuration; empty: it has none. */
  readonly field: string;
}

export interface Story {
  readonly seed: number;
  readonly fault: Fault;
  /** The first is the one with the fault. */
  readonly providers: readonly StagedProvider[];
  /** The task that meets the fault. */
  readonly task: 'main' | 'title_generation';
  /** Whether other providers follow the first in its route. */
  readonly hasFallback: boolean;
  /** Whether the key had worked before. */
  readonly wasProven: boolean;
  readonly failures: number;
  /** Between two requests, ms. */
  readonly betweenMs: number;
  readonly ending: Ending;
}

const names = ['acme', 'borealis', 'cobalt', 'deltaworks', 'own', 'proxy2', 'team_llm', 'x1'];
const everywhere: readonly KeyPlace[] = ['dotenv', 'environment', 'config', 'stored'];

export function drawStory(seed: number, among: readonly Fault[] = faults): Story {
  const random = new Random(seed * 7919 + 11);
  const fault = random.pick(among);
  const drawn = names.toSorted(() => random.next() - 0.5).slice(0, random.integer(1, 3));
  const providers = drawn.map((name, index) => {
    const secret = `sk-test-${name}-${seed}-${index}`;
    const {
      given = (key: string) => key,
      places = everywhere,
      line = (variable: string, key: string) => `${variable}='${key}'`,
      field = '',
    } = index === 0 ? fault : {};
    return {
      name,
      host: `${name.replace('_', '-')}.test`,
      variable: `${name.toUpperCase()}_KEY`,
      place: random.pick(places),
      secret,
      given: given(secret),
      line,
      field,
    };
  });
  const hasFallback = providers.length > 1 && random.chance(0.5);
  return {
    seed,
    fault,
    providers,
    task: random.chance(0.25) ? 'title_generation' : 'main',
    hasFallback,
    wasProven: fault.given === undefined && fault.field === undefined && random.chance(0.5),
    failures: random.integer(1, 5),
    betweenMs: random.pick([1000, 20_000, 90_000]),
    ending: hasFallback ? 'rescued' : drawEnding(random, fault),
  };
}

/** A story for real clocks and sockets: nothing is waited for, and no certificate is made up. */
export function drawLiveStory(seed: number): Story {
  const live = faults.filter(({ isLive }) => isLive !== false);
  const story = drawStory(seed, live);
  const isRescued = story.ending === 'rescued';
  // a variable of a running process stays as it is
  const mayReplace = story.ending === 'replaced' && story.providers[0]?.place !== 'environment';
  return { ...story, betweenMs: 0, ending: isRescued || mayReplace ? story.ending : 'broken' };
}

function drawEnding(random: Random, fault: Fault): Ending {
  if (random.chance(0.6) || fault.field !== undefined) return 'broken';
  // what stands in a file is seen there, however long ago it was asked with
  const over: readonly Ending[] = fault.given === undefined ? ['recovered'] : [];
  // a connection is looked at by the check itself
  const endings: readonly Ending[] =
    fault.isOfConnection === true || over.length === 0 ? over : [...over, 'old'];
  const all = fault.endsWithKey === true ? [...endings, 'replaced' as const] : endings;
  return random.pick(all);
}
