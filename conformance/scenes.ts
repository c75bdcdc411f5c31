/**
 * The scenes: what the provider does to the client's prompt, and what the provider must have seen
 * for the scene to count.
 */

import { atLeast, hasStatus, judgeBlind, judgeBodies, judgeCache, type Seen } from './judge.ts';
import type { Scene, Spare } from './scene.ts';

/**
 * A model that sees none, called as agents ask for it: in a session that goes on in another
 * process, Claude Code leaves out its thoughts where the answer named another model than it had
 * asked for.
 */
export const blind = 'main';
/** What stands in the place of an image that nobody described. */
const unseen = 'An image stands here. You cannot see it';

/** In each of our own errors. */
const ownWords = 'holdfast request hfr_';

const quiet: Omit<Scene, 'name' | 'title'> = {
  model: 'sim/plain',
  key: 'sk-sim-good',
  spare: 'none',
  callsTool: false,
  isBodies: false,
  isSideCall: false,
  showsImage: false,
  vision: { provider: 'second', model: 'sim/plain', fallback: 'none' },
  turns: 1,
  compacts: false,
  isProven: false,
  judge: () => undefined,
};

export const scenes: readonly Scene[] = [
  { ...quiet, name: 'prompt', title: 'one prompt' },
  {
    ...quiet,
    name: 'tool',
    title: 'tool round trip',
    callsTool: true,
    judge: ({ main }) => atLeast(2, main, ({ status }) => status === 200, 'answers'),
  },
  {
    ...quiet,
    name: '401',
    title: '401 twice',
    key: 'sk-sim-flaky-2',
    isProven: true,
    judge: ({ main }) => atLeast(2, main, hasStatus(401), '401s'),
  },
  {
    ...quiet,
    name: '429',
    title: '429, Retry-After 2 s',
    model: 'sim/429-once-after-2',
    judge: ({ main }) => atLeast(1, main, hasStatus(429), '429s'),
  },
  { ...quiet, ...outage('same protocol'), name: '503', title: '503 for ever' },
  {
    ...quiet,
    ...outage('other protocol'),
    name: '503-other',
    title: '503 for ever, spare of the other protocol',
  },
  {
    ...quiet,
    ...outage('other protocol'),
    name: 'tool-503-other',
    title: 'tool round trip during 503, spare of the other protocol',
    callsTool: true,
    judge: ({ main, spare }) =>
      atLeast(1, main, hasStatus(503), '503s') ??
      atLeast(2, spare, hasStatus(200), 'spare answers'),
  },
  {
    ...quiet,
    ...outage('other protocol'),
    name: '401-503-other',
    title: '401 twice, then 503 for ever, spare of the other protocol',
    key: 'sk-sim-flaky-2',
    isProven: true,
    judge: (seen) =>
      atLeast(2, seen.main, hasStatus(401), '401s') ?? outage('other protocol').judge(seen),
  },
  {
    ...quiet,
    name: 'cut',
    title: 'stream cut after 40 events',
    model: 'sim/cut-after-40',
    spare: 'same protocol',
    judge: ({ main }) => atLeast(1, main, ({ fault }) => fault === 'cut-after-40', 'cut answers'),
  },
  {
    ...quiet,
    name: 'finish',
    title: 'finish reason "error" after 40 of 60 events',
    model: 'sim/finish-error-after-40',
    spare: 'same protocol',
    judge: ({ main, spare }) =>
      atLeast(1, main, ({ fault }) => fault === 'finish-error-after-40', 'unfinished answers') ??
      atLeast(1, spare, hasStatus(200), 'spare answers'),
  },
  {
    ...quiet,
    name: 'quoted',
    title: 'a proxy that quotes the 401 of its upstream',
    model: 'sim/quoted-401',
    spare: 'same protocol',
    judge: ({ main, spare }) =>
      atLeast(1, main, hasStatus(401), '401s') ??
      atLeast(1, spare, hasStatus(200), 'spare answers'),
  },
  {
    ...quiet,
    name: 'tool-503-third',
    title: 'tool round trip during 503, spare of a third protocol',
    ...outage('third protocol'),
    callsTool: true,
  },
  {
    ...quiet,
    name: 'cut-other',
    title: 'stream cut after 40 events, spare of the other protocol',
    model: 'sim/cut-after-40',
    spare: 'other protocol',
    judge: ({ main }) => atLeast(1, main, ({ fault }) => fault === 'cut-after-40', 'cut answers'),
  },
  {
    ...quiet,
    name: 'stall-other',
    title: 'stream silent after 40 events, spare of the other protocol',
    model: 'sim/stall-after-40',
    spare: 'other protocol',
    judge: ({ main }) =>
      atLeast(1, main, ({ fault }) => fault === 'stall-after-40', 'stalled answers'),
  },
  {
    ...quiet,
    name: 'exhausted',
    title: 'no money, and no spare',
    model: 'sim/status-402',
    shows: 'Insufficient balance',
    judge: ({ main }) => atLeast(1, main, hasStatus(402), '402s'),
  },
  ...[
    ['strict', 'a model that takes one leading system message', 'sim/strict-roles'],
    ['alternating', 'a model whose user and assistant must alternate', 'sim/alternating-roles'],
  ].map(([name = '', title = '', model = '']) => ({
    ...quiet,
    name,
    title,
    model,
    speaks: 'openai-chat' as const,
    callsTool: true,
    judge: ({ main }: Seen) =>
      atLeast(2, main, hasStatus(200), 'answers') ??
      (main.filter(hasStatus(400)).length > 1 ? 'what was refused once was sent again' : undefined),
  })),
  {
    ...quiet,
    name: 'cache',
    title: 'ten turns with a Claude model: what its prompt cache gave, beside an ideal one',
    speaks: 'anthropic-messages',
    vendor: 'anthropic',
    model: 'claude-sonnet-4-5',
    turns: 10,
    judge: ({ main }) => judgeCache(main, 0.95),
  },
  {
    ...quiet,
    name: 'nobody-503',
    title: '503 for ever everywhere: how often it asks, and what it shows',
    model: 'sim/status-503',
    spare: 'same protocol',
    spareModel: 'sim/status-503',
    shows: ownWords,
    postsAMinute: 3,
    judge: ({ main, spare }) =>
      atLeast(1, main, hasStatus(503), '503s') ?? atLeast(1, spare, hasStatus(503), '503s'),
  },
  {
    ...quiet,
    name: 'nobody-401',
    title: 'both keys refused: how often it asks, and what it shows',
    key: 'sk-sim-never',
    spare: 'same protocol',
    spareKey: 'sk-sim-never',
    shows: ownWords,
    postsAMinute: 3,
    judge: ({ main, spare }) =>
      atLeast(1, main, hasStatus(401), '401s') ?? atLeast(1, spare, hasStatus(401), '401s'),
  },
  {
    ...quiet,
    name: 'image',
    title: 'an image, and a model that sees none',
    model: 'sim/blind',
    spare: 'same protocol',
    showsImage: true,
    judge: (seen) => judgeBlind(seen, { answers: 2, descriptions: 1 }),
  },
  {
    ...quiet,
    name: 'image-20',
    title: 'an image, a model that sees none, and twenty turns',
    model: blind,
    spare: 'same protocol',
    showsImage: true,
    turns: 20,
    judge: (seen) => judgeBlind(seen, { answers: 21, descriptions: 1 }),
  },
  {
    ...quiet,
    name: 'image-chain',
    title: 'an image, a model that sees none; vision answers 503, its fallback sees',
    model: blind,
    spare: 'same protocol',
    showsImage: true,
    vision: {
      provider: 'side',
      model: 'sim/status-503',
      fallback_chain: [{ provider: 'second', model: 'sim/plain' }],
    },
    turns: 3,
    judge: (seen) =>
      atLeast(1, seen.side, hasStatus(503), '503s') ??
      judgeBlind(seen, { answers: 4, descriptions: 1 }),
  },
  {
    ...quiet,
    name: 'image-nobody',
    title: 'an image, a model that sees none; vision and its fallback answer 503',
    model: blind,
    showsImage: true,
    vision: {
      provider: 'side',
      model: 'sim/status-503',
      fallback_chain: [{ provider: 'side', model: 'sim/status-503+next' }],
    },
    turns: 3,
    judge: (seen) =>
      atLeast(2, seen.side, hasStatus(503), '503s') ??
      judgeBlind(seen, { answers: 4, descriptions: 0 }) ??
      atLeast(
        3,
        seen.main,
        ({ body }) => body?.includes(unseen) === true,
        'requests that own up to the image',
      ),
  },
  {
    ...quiet,
    name: 'compaction',
    title:
      'compacted between turns; the provider of compression answers 503, its fallback makes the summary',
    spare: 'same protocol',
    turns: 4,
    compacts: true,
    judge: ({ main, spare, side }) =>
      atLeast(1, side, hasStatus(503), '503s') ??
      atLeast(
        1,
        spare,
        ({ model, status }) => model === 'sim/summary' && status === 200,
        'summaries',
      ) ??
      atLeast(
        2,
        main,
        ({ body }) => body?.includes('All is well.') === true,
        'requests with a summary',
      ),
  },
  {
    ...quiet,
    name: 'side',
    title: 'side call',
    isSideCall: true,
    judge: ({ side }) => atLeast(1, side, hasStatus(200), 'answers to side calls'),
  },
  { ...quiet, name: 'bodies', title: 'pictures, sound, files', isBodies: true, judge: judgeBodies },
  {
    ...quiet,
    name: 'bodies-503',
    title: 'pictures, sound, files; 503 once',
    model: 'sim/status-503-once',
    isBodies: true,
    judge: (seen) => atLeast(1, seen.main, hasStatus(503), '503s') ?? judgeBodies(seen),
  },
  {
    ...quiet,
    name: 'bodies-401',
    title: 'pictures, sound, files; 401 each time',
    key: 'sk-sim-flaky-1',
    isProven: true,
    isBodies: true,
    judge: (seen) => atLeast(2, seen.main, hasStatus(401), '401s') ?? judgeBodies(seen),
  },
  ...[
    ['titles-401', 'title: 401 for ever', 'sim/status-401'],
    ['titles-reasoning', 'title: only reasoning', 'sim/only-reasoning'],
    ['titles-refusal', 'title: a refusal', 'sim/refusal'],
    ['titles-thoughts', 'title: thoughts', 'sim/think-text'],
  ].map(([name = '', title = '', titles = '']) => ({
    ...quiet,
    name,
    title,
    titles,
    model: 'sim/titles',
    judge: ({ side }: Seen) => atLeast(1, side, () => true, 'requests for a title'),
  })),
];

function outage(spare: Spare): Pick<Scene, 'model' | 'spare' | 'judge'> {
  return {
    model: 'sim/status-503',
    spare,
    judge: (seen) =>
      atLeast(1, seen.main, hasStatus(503), '503s') ??
      atLeast(1, seen.spare, hasStatus(200), 'spare answers'),
  };
}
