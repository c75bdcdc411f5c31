/**
 * Answers `POST /v1/responses/compact`: takes and returns a conversation in the form of OpenAI's
 * clients. The user's latest messages stay, everything else becomes one sealed item. Items made by
 * an account pass unchanged: only it can read them. Also answers `compaction_trigger`, with which
 * newer clients ask for that item alone, inside `/v1/responses`.
 */

import { RequestError } from '../../errors.ts';
import type { RequestRecord, Usage } from '../../model/record.ts';
import type { AccessRequest, WireBody } from '../../model/request.ts';
import { encodeEvent } from '../../protocols/contract/splicer.ts';
import { recordsIn, type WireObject } from '../../protocols/json/is-record.ts';
import { parseBody } from '../../protocols/json/parse-body.ts';
import { RequestBytes } from '../../protocols/json/request-bytes.ts';
import { countMessages, summaryIntroduction } from '../../tasks/compression/units.ts';
import { checkTask } from '../request/allowed.ts';
import type { Engine } from '../request/engine.ts';
import { sumUsage } from '../request/open-record.ts';
import type { OnAccount } from '../tasks/ask-task.ts';
import type { Compressed } from '../tasks/compression/compressor.ts';
import { isMessageItem, toMessages } from '../tasks/compression/items.ts';
import { openCompactions, sealedOf } from '../tasks/compression/open-compactions.ts';

/** The user's own messages beside the summary, in tokens. */
const ownTokens = 20_000;

type CompactRequest = OnAccount &
  Pick<AccessRequest, 'body' | 'takeBodyMemory' | 'signal' | 'tasks'>;

/**
 * Returns the body of the answer. Throws `RequestError` if no target made a usable summary, and for
 * an input that is stored elsewhere.
 */
export async function compactConversation(
  engine: Engine,
  request: CompactRequest,
  id: string,
): Promise<WireObject> {
  checkTask(request, 'compression', 'compression');
  const items = readItems(
    readCompactBody({ ...request, body: openCompactions(request, engine.seal) }),
  );
  const foreign = items.filter((item) => sealedOf(item) !== undefined);
  const { output, ...rest } = await shortenItems(engine, request, { items, id });
  return {
    ...rest,
    object: 'response.compaction',
    output: [...ownMessages(items), ...foreign, ...output],
  };
}

/** Its content stays in memory until its summary is ready. */
function readCompactBody(request: CompactRequest): WireObject {
  const bytes = new RequestBytes(request);
  const parsed = bytes.use((whole) => parseBody(whole));
  bytes.noteMade();
  return parsed;
}

const trigger = 'compaction_trigger';

/** Only such a body is worth parsing. */
export function mayBeTriggered(body: WireBody): boolean {
  return new RequestBytes({ body }).includes(`"${trigger}"`);
}

/**
 * Answers, whole or as a stream; undefined if the input does not end with a trigger, or only an
 * account can read it.
 */
export async function compactWhereTriggered(
  engine: Engine,
  request: CompactRequest,
  id: string,
): Promise<{ readonly type: string; readonly text: string } | undefined> {
  const { input, model, stream, ...rest } = readCompactBody(request);
  const items = recordsIn(input);
  const isElsewhere = rest['previous_response_id'] != null || rest['conversation'] != null;
  if (items.at(-1)?.['type'] !== trigger || isElsewhere) return undefined;
  if (items.some((item) => sealedOf(item) !== undefined)) return undefined;
  checkTask(request, 'compression', 'compression');
  const made = await shortenItems(engine, request, { items, id });
  const response = { ...made, object: 'response', status: 'completed', model, error: null };
  return stream === true
    ? { type: 'text/event-stream', text: tellStream(response) }
    : { type: 'application/json', text: JSON.stringify(response) };
}

/** Everything is sent at once, at the end. */
function tellStream(response: Awaited<ReturnType<typeof shortenItems>>): string {
  const begun = { ...response, status: 'in_progress', output: [], usage: null };
  const [item] = response.output;
  const events = [
    { type: 'response.created', response: begun },
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response },
  ];
  return events.map((event, at) => encodeEvent({ ...event, sequence_number: at })).join('');
}

/** The common part of both answers: one item, in which the summary of all others is sealed. */
async function shortenItems(
  { compressor, seal, host }: Engine,
  { caller, budgets, signal }: CompactRequest,
  { items, id }: { readonly items: readonly WireObject[]; readonly id: string },
): Promise<WireObject & { readonly output: readonly WireObject[] }> {
  const account = { caller, budgets };
  const result = await compressor.compress(toMessages(items), { keepTokens: 0, signal, account });
  const { summary } = result;
  if (summary === undefined) throw createCompactionError(result);
  return {
    id: `resp_${id}`,
    created_at: Math.floor(host.clock.now() / 1000),
    output: [{ type: 'compaction', id: `cmp_${id}`, encrypted_content: seal.close(summary) }],
    usage: sumTokens(result.records),
  };
}

function readItems({
  input,
  previous_response_id: previous,
  conversation,
}: WireObject): readonly WireObject[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  if (Array.isArray(input) && previous == null && conversation == null) return recordsIn(input);
  throw new RequestError('request-invalid', 'Holdfast compacts only what "input" contains', {
    fix: 'send the whole conversation as "input", without "previous_response_id" and "conversation"',
  });
}

/**
 * Returns system messages, and the user's latest ones, in order. The new summary includes an older
 * one.
 */
function ownMessages(items: readonly WireObject[]): readonly WireObject[] {
  let left = ownTokens;
  return items
    .toReversed()
    .filter((item) => {
      const [message] = isMessageItem(item) ? toMessages([item]) : [];
      if (message === undefined || message.role === 'assistant') return false;
      if (String(message.content).startsWith(summaryIntroduction)) return false;
      left -= countMessages([message]);
      return message.role === 'system' || left >= 0;
    })
    .reverse();
}

function createCompactionError({ failure }: Compressed): RequestError {
  const { message = 'no target answered', retryAfterMs } = failure ?? {};
  const seconds = retryAfterMs === undefined ? undefined : String(retryAfterMs / 1000);
  return new RequestError('exhausted', `the conversation was not compacted: ${message}`, {
    fix:
      seconds === undefined
        ? 'send more of it'
        : `ask again in ${seconds} s; nothing of it was lost`,
    headers: seconds === undefined ? {} : { 'retry-after': seconds },
  });
}

/** Sums the tokens of all attempts, as far as providers reported them. */
function sumTokens(records: readonly RequestRecord[]): WireObject {
  const usage = records.reduce<Usage | undefined>(
    (all, record) => sumUsage(all, record.usage),
    undefined,
  );
  const {
    inputTokens: input = 0,
    outputTokens: output = 0,
    cachedTokens: cached = 0,
  } = usage ?? {};
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + output,
  };
}
