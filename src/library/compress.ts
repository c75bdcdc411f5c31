/** `holdfast.tasks.compress()` makes a conversation shorter in this process. */

import type { Compressed, CompressOptions } from '../access/tasks/compression/compressor.ts';
import type { Runtime } from '../runtime.ts';
import { parseConversation } from '../tasks/conversation.ts';
import type { TaskMessage } from '../tasks/profile.ts';
import type { Calls } from './calls.ts';

/**
 * Shortens a conversation with the task `compression`, in as many requests as its length needs,
 * each with its record. A failed compression also resolves, with the given messages and the reason.
 * Rejects with the reason of an abort, `RequestError` for an invalid conversation, and
 * `AccessError` (`closed`).
 */
export type Compress = (
  messages: readonly TaskMessage[],
  options?: Omit<CompressOptions, 'account'>,
) => Promise<Compressed>;

/** @internal for the reason given at `holdfastOver` */
export function createCompress(runtime: Runtime, calls: Calls): Compress {
  return async (messages, options = {}) => {
    parseConversation(messages);
    const done: Compressed[] = [];
    await calls.run(options, async ({ signal }) => {
      done.push(await runtime.compressor.compress(messages, { ...options, signal }));
      return undefined;
    });
    const [compressed] = done;
    if (compressed === undefined) throw new Error('a compression ended without a result');
    return compressed;
  };
}
