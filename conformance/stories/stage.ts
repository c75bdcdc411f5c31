/**
 * One way of a story on a stage of its own: two providers, the agent's folder, and with `through` a
 * real gateway, connected.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SimAttempt, startSimulatedProvider } from '../../src/sim/index.ts';
import {
  type GatewayProcess,
  startGatewayProcess,
} from '../../test/integration/gateway-process.ts';
import type { Command } from '../client.ts';
import { runProcess } from '../process.ts';
import type { Asked, Providers, Stage, Story, StoryAgent, Texts, Told, Way } from './story.ts';
import { openScreen } from './tmux.ts';

const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
const askLimitMs = 120_000;
const chatLimitMs = 60_000;
/** How long a side call may take after the answer. */
const aftermathMs = 10_000;

/** Folders of one telling. */
interface Folders {
  readonly home: string;
  readonly work: string;
  readonly agent: string;
  readonly holdfast: string;
}

/** Plays one story in one way. Rejects only when the stage itself cannot be set. */
export async function tell(story: Story, agent: StoryAgent, way: Way): Promise<Told> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-story-'));
  const providers: Providers = {
    main: await startSimulatedProvider({ keepBodies: true }),
    side: await startSimulatedProvider({ keepBodies: true }),
  };
  let gateway: GatewayProcess | undefined;
  try {
    const folders = makeFolders(folder);
    if (way === 'directly') writeTexts(folders.agent, story.direct(providers));
    else {
      writeTexts(folders.holdfast, story.configured(providers));
      gateway = await startGatewayProcess(folders.holdfast);
      connect(agent, folders, gateway);
    }
    return await story.play(setStage({ agent, way, providers, folders }));
  } finally {
    await gateway?.stop();
    await Promise.all([providers.main.close(), providers.side.close()]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Scene {
  readonly agent: StoryAgent;
  readonly way: Way;
  readonly providers: Providers;
  readonly folders: Folders;
}

function setStage({ agent, way, providers, folders }: Scene): Stage {
  const place = { home: folders.home, work: folders.work, gateway: '', key: '', holdfastHome: '' };
  const inHome = ({ argv, environment }: Command): Command => ({
    argv,
    environment: { ...environment, [agent.homeVariable]: folders.agent },
  });
  return {
    way,
    providers,
    agentHome: folders.agent,
    write: (texts) => writeTexts(way === 'directly' ? folders.agent : folders.holdfast, texts),
    ask: async (prompt): Promise<Asked> => {
      providers.main.clearLog();
      const startedAt = performance.now();
      const finished = await runProcess(inHome(agent.ask(prompt)), place, askLimitMs);
      const seconds = (performance.now() - startedAt) / 1000;
      return { ...finished, seconds, answers: providers.main.log().flatMap(describeAttempt) };
    },
    chat: async (prompts, isOver) => {
      if (agent.chat === undefined) throw new Error(`${agent.name} has no terminal`);
      const screen = openScreen(inHome(agent.chat), folders);
      try {
        await screen.until((shown) => shown.includes('❯'), chatLimitMs);
        for (const prompt of prompts) {
          screen.type(prompt);
          const isCommand = prompt.startsWith('/');
          await screen.until(
            (shown) => isCommand || shown.includes(`heard: ${prompt}`),
            chatLimitMs,
          );
          await screen.until(isOver, aftermathMs);
          await screen.until(createStillness(), aftermathMs);
        }
        return screen.read();
      } finally {
        screen.close();
      }
    },
  };
}

/** A turn ends a moment after its answer is drawn; what is typed before that interrupts it. */
function createStillness(): (screen: string) => boolean {
  let before: string | undefined;
  return (screen) => {
    const isStill = screen === before;
    before = screen;
    return isStill;
  };
}

/** Questions only: what an agent asks about models and versions is no part of a story. */
function describeAttempt({ path, status, fault }: SimAttempt): readonly string[] {
  return path.endsWith('/chat/completions')
    ? [String((status === 200 && fault) || (status ?? 'no answer'))]
    : [];
}

/** The commands that a user types: nothing of the agent's settings is written by hand. */
function connect(
  agent: StoryAgent,
  { home, agent: agentHome, holdfast }: Folders,
  gateway: GatewayProcess,
): void {
  const { status, stderr } = spawnSync(
    process.execPath,
    [launcher, 'connect', agent.connect, '--write'],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        HOLDFAST_HOME: holdfast,
        HOLDFAST_PORT: new URL(gateway.url).port,
        HOLDFAST_GATEWAY_KEY: gateway.key,
        [agent.homeVariable]: agentHome,
      },
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`holdfast connect ${agent.connect}: ${stderr}`);
}

function makeFolders(parent: string): Folders {
  const make = (name: string): string => {
    const path = join(parent, name);
    mkdirSync(path);
    return path;
  };
  return {
    home: make('home'),
    work: make('work'),
    agent: make('agent'),
    holdfast: make('holdfast'),
  };
}

function writeTexts(folder: string, texts: Texts): void {
  for (const [name, text] of Object.entries(texts))
    writeFileSync(join(folder, name), text, { mode: 0o600 });
}
