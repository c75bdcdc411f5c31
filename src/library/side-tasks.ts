/**
 * Side tasks as functions: what to ask and how to read the answer is the profile's, who is asked is
 * the route's.
 */

import { createAskTask } from '../access/tasks/ask-task.ts';
import { showPicture } from '../access/tasks/image-descriptions.ts';
import type { Runtime } from '../runtime.ts';
import type { TaskMessage } from '../tasks/profile.ts';
import { profileOf } from '../tasks/profiles.ts';
import type { Calls } from './calls.ts';

export interface SideTaskOptions {
  /** Ends the request at once, upstream too; the call rejects with its reason. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Each call is a request of its own, with its record. Rejects as `ask()` does; an answer of no use
 * is none.
 */
export interface SideTasks {
  /** A title of a few words for a conversation. */
  title(messages: readonly TaskMessage[], options?: SideTaskOptions): Promise<string>;
  /**
   * What an image shows, in words: as it was described before, else by the task `vision`. `url`: a
   * `data:` or web address.
   */
  describe(image: { readonly url: string }, options?: SideTaskOptions): Promise<string>;
  /**
   * A commit message for a diff of any size; `shortened`: the files of which something was left
   * out.
   */
  commitMessage(diff: string, options?: SideTaskOptions): Promise<CommitMessage>;
}

export interface CommitMessage {
  readonly text: string;
  readonly shortened: readonly string[];
}

/** @internal as `holdfastOver` */
export function createSideTasks(runtime: Runtime, calls: Calls): SideTasks {
  const askTask = createAskTask((request, sink) => runtime.exchange(request, sink));
  const ask = async (
    task: string,
    messages: readonly TaskMessage[],
    options: SideTaskOptions,
  ): Promise<string> => {
    const { prompt, polish } = profileOf(task);
    let text = '';
    await calls.carry(options, async ({ requestId, signal }) => {
      const answer = await askTask(task, prompt(messages), { signal, requestId });
      text = polish?.(answer.text) ?? answer.text;
      return answer.record;
    });
    return text;
  };
  return {
    title: (messages, options = {}) => ask('title_generation', messages, options),
    describe: async (image, options = {}) => {
      const { descriptions } = runtime;
      return (
        descriptions.find(image) ??
        descriptions.keep(image, await ask('vision', showPicture(image), options))
      );
    },
    commitMessage: async (diff, options = {}) => {
      const messages = [{ role: 'user', content: diff }] as const;
      const text = await ask('commit_message', messages, options);
      return { text, shortened: profileOf('commit_message').shortened?.(messages) ?? [] };
    },
  };
}
