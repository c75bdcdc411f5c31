/**
 * `holdfast ask --task compression` reads a conversation from stdin and prints a shorter one. If it
 * cannot be made shorter, it is printed unchanged.
 */

import type { Compressed } from '../../access/tasks/compression/compressor.ts';
import { parseConversation } from '../../tasks/conversation.ts';
import type { TaskMessage } from '../../tasks/profile.ts';
import { type CommandContext, printEvents } from '../terminal/terminal.ts';
import type { Printout } from './command.ts';
import { untilSignal } from './with-runtime.ts';

/**
 * `prompt` is a text given as the argument; without one, all of stdin is read. The exit status is 1
 * if nothing was made shorter.
 */
export async function compressGiven(
  { terminal, host }: CommandContext,
  { prompt }: { readonly prompt: string | undefined },
): Promise<Printout> {
  const input = prompt ?? (await terminal.readInput());
  const { createHoldfast } = await import('../../library/holdfast.ts');
  const holdfast = createHoldfast({ host, store: 'in-place', onEvent: printEvents(terminal) });
  const work = async (signal: AbortSignal): Promise<Printout> => {
    const messages = readMessages(input);
    const given = messages ?? [{ role: 'user', content: input } as const];
    const keep = messages === undefined ? { keepTokens: 0 } : {};
    const result = await holdfast.tasks.compress(given, { signal, ...keep });
    const records = result.records.map(({ id }) => id);
    terminal.talk(`${describeCompressed(result)}\n`);
    return {
      json: { schema: 'holdfast.compression/1', ...result, records },
      out: result.isCompressed ? [writeConversation(result, messages)] : input,
      exit: result.isCompressed ? 0 : 1,
    };
  };
  try {
    return await untilSignal(terminal, work, ['SIGINT', 'SIGTERM', 'SIGPIPE']);
  } finally {
    await holdfast.close();
  }
}

function describeCompressed({ failure, tokensBefore, tokensAfter, records }: Compressed): string {
  if (failure === undefined)
    return `about ${tokensBefore} tokens → ${tokensAfter}, in ${records.length} requests`;
  const { message, retryAfterMs } = failure;
  const when = retryAfterMs === undefined ? '' : `; worth asking again in ${retryAfterMs / 1000} s`;
  return `not compressed: ${message}${when}`;
}

function writeConversation(
  { messages, summary = '' }: Compressed,
  asked: readonly TaskMessage[] | undefined,
): string {
  return asked === undefined ? summary : JSON.stringify(messages);
}

/** Returns undefined for plain text. Throws `RequestError` for JSON that is no conversation. */
function readMessages(input: string): readonly TaskMessage[] | undefined {
  if (!/^\s*[[{]/.test(input)) return undefined;
  try {
    return parseConversation(JSON.parse(input));
  } catch (error) {
    // Not JSON, only a text that begins with a bracket.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
