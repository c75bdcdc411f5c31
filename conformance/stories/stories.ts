/** The troubles this program was made for, as those who met them would play them. */

import type { SimAttempt } from '../../src/sim/index.ts';
import { hermesAgents, readTitles } from './hermes.ts';
import { reasonixAgent } from './reasonix.ts';
import type { Asked, Providers, Stage, Story, Texts, Told } from './story.ts';

const warning = /⚠ Auxiliary title generation failed[^\n]*/g;
/** Of a line that is quoted. */
const longest = 300;
const spent = 'sk-sim-spent-0';
const fresh = 'sk-sim-good';

export const stories: readonly Story[] = [
  {
    name: 'dead titles',
    title: 'The provider named for titles answers 401 `token_invalidated`, for ever',
    ...titleStory('sk-sim-revoked', 'sim/plain'),
  },
  {
    name: 'empty titles',
    title: 'The model named for titles reasons up to its limit, and writes nothing',
    ...titleStory('sk-sim-good', 'sim/only-reasoning'),
  },
  {
    name: 'dead compression',
    title: 'The provider named for compression answers 401 `token_invalidated`, for ever',
    ...sideStory('compression', {
      key: 'sk-sim-revoked',
      model: 'sim/plain',
      chain: ['vendor/sim/summary'],
    }),
    play: playCompression,
  },
  {
    name: 'spent key',
    title:
      "The key's quota is used up; a new key is written into the configuration, while the environment keeps the spent one",
    agents: hermesAgents,
    direct: ({ main }) => ({
      'config.yaml': hermesWithVendor(main.url, ''),
      '.env': `XIAOMI_API_KEY=${spent}\n`,
    }),
    configured: ({ main }) => ({
      'config.yaml': holdfastWithVendor(main.url, ''),
      '.env': `XIAOMI_API_KEY=${spent}\n`,
    }),
    play: playSpentKey,
  },
  {
    name: 'refused twice',
    title: 'A key that works is refused twice, for a moment',
    agents: [reasonixAgent],
    ...reasonixFiles('sk-sim-flaky-2'),
    play: playRefusedTwice,
  },
  {
    name: 'dead key',
    title: 'A key that worked a moment ago is dead, and there is nothing else',
    agents: [reasonixAgent],
    ...reasonixFiles('sk-sim-flaky-999'),
    play: playDeadKey,
  },
];

/** Main gives a title to whoever asks it. */
function titleStory(key: string, model: string): Omit<Story, 'name' | 'title'> {
  return { ...sideStory('title_generation', { key, model }), play: playTitles };
}

interface SideTask {
  readonly key: string;
  readonly model: string;
  readonly chain?: readonly string[];
}

/**
 * A task has a provider of its own, which does not do it. The gateway has every other task of
 * Hermes too, so that they all go there.
 */
function sideStory(
  task: string,
  { key, model, chain = [] }: SideTask,
): Omit<Story, 'name' | 'title' | 'play'> {
  const keys = `VENDOR_API_KEY=sk-sim-good\nSIDE_API_KEY=${key}\n`;
  const others = ['title_generation', 'compression', 'vision', 'web_extract', 'session_search'];
  const ofMain = Object.fromEntries(others.map((name) => [name, { provider: 'auto' }]));
  return {
    agents: hermesAgents,
    isInTerminal: true,
    direct: ({ main, side }) => ({
      'config.yaml': toYaml({
        model: { default: 'sim/titles', provider: 'custom:vendor' },
        custom_providers: [
          { name: 'vendor', base_url: main.url, key_env: 'VENDOR_API_KEY' },
          { name: 'side', base_url: side.url, key_env: 'SIDE_API_KEY' },
        ],
        auxiliary: { [task]: { provider: 'custom:side', model } },
      }),
      '.env': keys,
    }),
    configured: ({ main, side }) => ({
      'config.yaml': toYaml({
        main: { provider: 'vendor', model: 'sim/titles' },
        auxiliary: { ...ofMain, [task]: { provider: 'side', model, fallback_chain: chain } },
        providers: {
          vendor: vendorAt(main.url, 'VENDOR_API_KEY'),
          side: vendorAt(side.url, 'SIDE_API_KEY'),
        },
      }),
      '.env': keys,
    }),
  };
}

async function playTitles({ way, providers, agentHome, chat }: Stage): Promise<Told> {
  const hasEnded = (screen: string): boolean =>
    (screen.match(warning)?.length ?? 0) >= 2 || readTitles(agentHome).length > 0;
  const screen = await chat(['Say hi.', 'Say hi again.'], hasEnded);
  const warnings = screen.match(warning) ?? [];
  const [title] = readTitles(agentHome);
  const asked = countQuestions(providers.side.log());
  return {
    shown: [
      warnings.length === 0
        ? 'no warning'
        : `after each of ${warnings.length} turns: “${warnings[0]}”`,
      title === undefined ? 'no title' : `the title “${title}”`,
      `${countRequests(asked)} to the provider of titles`,
    ],
    ...whyNot(
      way === 'directly'
        ? title === undefined
        : warnings.length === 0 && title === 'Simulated title of this session' && asked <= 2,
    ),
  };
}

/** Sixteen turns, since Hermes leaves the first and the latest as they are. */
async function playCompression({ way, providers: { main, side }, chat }: Stage): Promise<Told> {
  const turns = Array.from({ length: 16 }, (_, turn) => `Say ${turn + 1}.`);
  const isOver = (screen: string): boolean =>
    !screen.includes('/compress') || /🗜️ [1-9]|Compression aborted/.test(screen);
  const screen = await chat([...turns, '/compress', 'Say after.'], isOver);
  const [warning] = screen.match(/⚠ Compression [^\n]*\}\}/) ?? [];
  const sent = questionsIn(main.log()).map(({ body = '{}' }) => parseMessages(body));
  const next = sent.findLast((messages) => messages.at(-1)?.content === 'Say after.') ?? [];
  const hasSummary = JSON.stringify(next).includes('All is well.');
  const asked = countQuestions(side.log());
  return {
    shown: [
      warning === undefined ? 'no warning' : `“${warning}”`,
      `the next turn has ${next.length} messages, ${hasSummary ? 'the summary among them' : 'and no summary'}`,
      `${countRequests(asked)} to the provider of compression`,
    ],
    ...whyNot(
      asked > 0 &&
        (way === 'directly'
          ? !hasSummary && warning !== undefined
          : hasSummary && warning === undefined),
    ),
  };
}

function parseMessages(body: string): readonly { readonly content?: unknown }[] {
  const { messages = [] }: { readonly messages?: readonly { readonly content?: unknown }[] } =
    JSON.parse(body);
  return messages;
}

async function playSpentKey({ way, providers: { main }, ask, write }: Stage): Promise<Told> {
  const before = await ask('Say hi.');
  if (way === 'directly') write({ 'config.yaml': hermesWithVendor(main.url, fresh) });
  else write({ 'config.yaml': holdfastWithVendor(main.url, fresh) });
  const after = await ask('Say hi.');
  const restart = way === 'directly' ? 'Hermes started again' : 'nothing started again';
  const isAnswered = after.output.includes(' heard: Say hi.');
  return {
    shown: [
      `with the spent key: ${quote(before)}, ${describeAnswers(before)}`,
      `with the new key in its configuration, ${restart}: ${quote(after)}, ${describeAnswers(after)}`,
    ],
    ...whyNot(isAnswered === (way === 'through')),
  };
}

async function playRefusedTwice({ way, ask }: Stage): Promise<Told> {
  await ask('Say hi.');
  const asked = await ask('Say hi.');
  const isAnswered = asked.output.includes(' heard: Say hi.');
  const isMeant = way === 'directly' ? !isAnswered : isAnswered && asked.answers.length === 3;
  return { shown: [`${quote(asked)}, ${describeAnswers(asked)}`], ...whyNot(isMeant) };
}

async function playDeadKey({ way, ask }: Stage): Promise<Told> {
  await ask('Say hi.');
  const first = await ask('Say hi.');
  const next = await ask('Say hi.');
  const isMeant =
    way === 'directly' || (first.seconds < 35 && next.seconds < 5 && next.answers.length <= 1);
  return {
    shown: [
      `${quote(first)}, after ${Math.round(first.seconds)} s, ${describeAnswers(first)}`,
      `asked again: after ${Math.round(next.seconds)} s, ${describeAnswers(next)}`,
    ],
    ...whyNot(isMeant && first.status !== 0 && next.status !== 0),
  };
}

/** Hermes knows the vendor by name; only where it is differs. */
function hermesWithVendor(url: string, key: string): string {
  const own = key === '' ? {} : { api_key: key };
  return toYaml({ model: { default: 'mimo-v2.6-pro', provider: 'xiaomi', base_url: url, ...own } });
}

function holdfastWithVendor(url: string, key: string): string {
  const own = key === '' ? {} : { api_key: key };
  return toYaml({ main: 'xiaomi/mimo-v2.6-pro', providers: { xiaomi: { base_url: url, ...own } } });
}

function reasonixFiles(key: string): Pick<Story, 'direct' | 'configured'> {
  const dotenv: Texts = { '.env': `VENDOR_API_KEY=${key}\n` };
  return {
    direct: ({ main }: Providers) => ({
      ...dotenv,
      'config.toml': `config_version = 10
default_model = "vendor"

[[providers]]
name = "vendor"
kind = "openai"
base_url = "${main.url}"
model = "sim/plain"
api_key_env = "VENDOR_API_KEY"
`,
    }),
    configured: ({ main }) => ({
      ...dotenv,
      'config.yaml': toYaml({
        main: { provider: 'vendor', model: 'sim/plain' },
        providers: { vendor: vendorAt(main.url, 'VENDOR_API_KEY') },
      }),
    }),
  };
}

function vendorAt(url: string, variable: string): object {
  return { base_url: url, protocol: 'openai-chat', api_key: `\${${variable}}` };
}

/** JSON is YAML. */
function toYaml(value: object): string {
  return JSON.stringify(value, null, 2);
}

/** The line that a person would read: the answer, or what went wrong. */
function quote({ output, status }: Asked): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(warning|session_id): |^⚠ tirith|^[↻·⏳]/.test(line));
  const told =
    lines.find((line) => /heard: |error: |HTTP \d|holdfast|failed/i.test(line)) ?? lines[0] ?? '';
  if (told === '') return `nothing, status ${status}`;
  return `“${told.length > longest ? `${told.slice(0, longest)}…` : told}”`;
}

function describeAnswers({ answers }: Asked): string {
  return answers.length === 0
    ? 'no request'
    : `${countRequests(answers.length)} (${answers.join(', ')})`;
}

function countRequests(count: number): string {
  return count === 1 ? 'one request' : `${count} requests`;
}

function countQuestions(log: readonly SimAttempt[]): number {
  return questionsIn(log).length;
}

function questionsIn(log: readonly SimAttempt[]): readonly SimAttempt[] {
  return log.filter(({ path }) => path.endsWith('/chat/completions'));
}

function whyNot(isMeant: boolean): Pick<Told, 'why'> {
  return isMeant ? {} : { why: 'this is not what the story tells' };
}
