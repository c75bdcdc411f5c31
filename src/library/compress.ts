/** `holdfast.tasks.compress()`: a conversation made shorter in this process. */

import type { Compressed, CompressOptions } from '../access/tasks/compression/compressor.ts';
import type { Runtime } from '../runtime.ts';
import { parseConversation } from '../tasks/conversation.ts';
import type { TaskMessage } from '../tasks/profile.ts';
import type { Calls } from './calls.ts';

/**
 * Makes a conversation shorter with the task `compression`: as many requests as its length takes,
 * each with its record. A compression that fails resolves too, with the very messages that were
 * given and why. Rejects with the reason of an abort, `RequestError` for what is no conversation,
 * and `AccessError` (`closed`).
 */
export type Compress = (
  messages: readonly TaskMessage[],
  options?: Omit<CompressOptions, 'account'>,
) => Promise<Compressed>;

/** @internal as `holdfastOver` */
export function createCompress(runtime: Runtime, calls: Calls): Compress {
  return async (messages, options = {}) => {
    parseConversation(messages);
    const done: Compressed[] = [];
    await calls.carry(options, async ({ signal }) => {
      done.push(await runtime.compressor.compress(messages, { ...options, signal }));
      return undefined;
    });
    const [compressed] = done;
    if (compressed === undefined) throw new Error('a compression ended without a result');
    return compressed;
  };
}
