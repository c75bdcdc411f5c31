/**
 * Side tasks as functions. The profile defines the prompt and reads the answer; the route chooses
 * the target.
 */

import { createAskTask } from '../access/tasks/ask-task.ts';
import { showPicture } from '../access/tasks/image-descriptions.ts';
import type { Runtime } from '../runtime.ts';
import type { TaskMessage } from '../tasks/profile.ts';
import { profileOf } from '../tasks/profiles.ts';
import type { Calls } from './calls.ts';

export interface SideTaskOptions {
  /**
   * Ends the request at once, at the provider too; the call rejects with its reason. Default: none.
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Each call is a request with its own record. Rejects as `ask()` does; an unusable answer counts as
 * a failure.
 */
export interface SideTasks {
  /** Returns a title of a few words for a conversation. */
  title(messages: readonly TaskMessage[], options?: SideTaskOptions): Promise<string>;
  /**
   * Describes an image: from a stored description, else by the task `vision`. `url` is a `data:` or
   * web address.
   */
  describe(image: { readonly url: string }, options?: SideTaskOptions): Promise<string>;
  /** Writes a commit message for a diff of any size; `shortened` lists files whose diff was cut. */
  commitMessage(diff: string, options?: SideTaskOptions): Promise<CommitMessage>;
}

export interface CommitMessage {
  readonly text: string;
  readonly shortened: readonly string[];
}

/** @internal for the reason given at `holdfastOver` */
export function createSideTasks(runtime: Runtime, calls: Calls): SideTasks {
  const askTask = createAskTask((request, sink) => runtime.exchange(request, sink));
  const ask = async (
    task: string,
    messages: readonly TaskMessage[],
    options: SideTaskOptions,
  ): Promise<string> => {
    const { prompt, polish } = profileOf(task);
    let text = '';
    await calls.run(options, async ({ requestId, signal }) => {
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
