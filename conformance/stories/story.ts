/**
 * What a story is: the trouble of a user, played once with the agent alone and once through a
 * gateway.
 */

import type { SimulatedProvider } from '../../src/sim/index.ts';
import type { Command } from '../client.ts';

/** Where the agent asks: the provider itself, or a gateway before it. */
export type Way = 'directly' | 'through';

/** An agent of one version. */
export interface StoryAgent {
  /** `hermes 0.14.0`: what `--only` and the page call it. */
  readonly name: string;
  /** Its name for `holdfast connect`. */
  readonly connect: string;
  /** Installs it where it is missing; says why it cannot be, or nothing. */
  install(): string | undefined;
  /** The variable that moves its folder. */
  readonly homeVariable: string;
  /** Asks once, with the agent's folder in the variable's value. */
  ask(prompt: string): Command;
  /** A conversation in its terminal; absent: it is only asked. */
  readonly chat?: Command;
}

/**
 * The providers of a story, both broken in the way that their keys say; both keep what they were
 * asked.
 */
export interface Providers {
  readonly main: SimulatedProvider;
  /** Only for one side task. */
  readonly side: SimulatedProvider;
}

/** A file to be, by its path in a folder. */
export type Texts = Readonly<Record<string, string>>;

/** What a story is played with, in one way. */
export interface Stage {
  readonly way: Way;
  readonly providers: Providers;
  /** Puts files into the agent's folder, or with `through` into Holdfast's. */
  write(texts: Texts): void;
  /** One question to the agent in a process of its own. */
  ask(prompt: string): Promise<Asked>;
  /**
   * Questions one after the other to the agent in a terminal, until `isOver` sees what the last one
   * led to.
   */
  chat(prompts: readonly string[], isOver: (screen: string) => boolean): Promise<string>;
  /** The agent's folder. */
  readonly agentHome: string;
}

/** How one question went. */
export interface Asked {
  readonly status: number | string;
  readonly output: string;
  readonly seconds: number;
  /** What the main provider answered to it. */
  readonly answers: readonly string[];
}

/** What one way of a story showed. */
export interface Told {
  /** What the user read and what the provider saw, each a sentence of the page. */
  readonly shown: readonly string[];
  /** Why it is not the story that was to be told; absent: it is. */
  readonly why?: string;
}

export interface Story {
  readonly name: string;
  /** As the page begins it. */
  readonly title: string;
  readonly agents: readonly StoryAgent[];
  /** Its agents are talked to in a terminal. */
  readonly isInTerminal?: true;
  /** The agent's files when it asks the provider itself. */
  direct(providers: Providers): Texts;
  /** Holdfast's files, `config.yaml` among them, when it stands between. */
  configured(providers: Providers): Texts;
  /** Plays it and tells what was seen. */
  play(stage: Stage): Promise<Told>;
}
