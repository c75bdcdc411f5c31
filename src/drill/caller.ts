/** Sends one request of a drill through the engine, and checks that the whole answer arrived. */

import type { Headers } from '../model/request.ts';
import type { Runtime } from '../runtime.ts';
import { isEvents, SseSplitter } from '../transport/sse.ts';
import type { DrillMode } from './faults.ts';
import type { CallView } from './rules.ts';
import { type DrillAnswer, readStream, readWholeAnswer, type Tongue } from './tongues.ts';

const question = 'Count for me, please.';

export interface DrillQuestion {
  readonly task: string;
  readonly mode: DrillMode;
  readonly tongue: Tongue;
  readonly hasRoles: boolean;
  readonly signal: AbortSignal;
}

/** Asks the task once. Rejects with the signal's reason. */
export async function call(
  runtime: Runtime,
  { task, mode, tongue, hasRoles, signal }: DrillQuestion,
): Promise<CallView> {
  const { clock } = runtime.host;
  const beganAt = clock.monotonic();
  const chunks: Buffer[] = [];
  let head: { readonly status: number; readonly headers: Headers } = { status: 0, headers: {} };
  let firstAt: number | undefined;
  const take = (chunk: Uint8Array): void => {
    const bytes = Buffer.from(chunk);
    if (firstAt === undefined && tongue.firstText.test(bytes.toString('latin1')))
      firstAt = clock.monotonic();
    chunks.push(bytes);
  };
  const [path = '', query] = tongue.pathFor(task, mode).split('?');
  await runtime.exchange(
    {
      method: 'POST',
      path,
      query,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(
        JSON.stringify(tongue.createBody(task, { asked: question, hasRoles }, mode)),
      ),
      signal,
    },
    {
      head: (status, headers) => {
        head = { status, headers };
      },
      write: (chunk) => {
        take(chunk);
        return true;
      },
      onDrain: (resume) => resume(),
      end: (chunk) => {
        if (chunk !== undefined) take(chunk);
      },
    },
  );
  signal.throwIfAborted();
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  const isStreamed = mode === 'streamed' && isEvents(head.headers);
  const answer = isStreamed ? readStream(tongue, listDatas(bytes)) : readWholeAnswer(tongue, text);
  const complaint = findComplaint(head.status, answer);
  const answeredBy = head.headers['x-holdfast-target'] ?? readAnsweredBy(text);
  return {
    status: head.status,
    isWhole: complaint === undefined,
    complaint,
    durationMs: clock.monotonic() - beganAt,
    firstTextMs: firstAt === undefined ? undefined : firstAt - beganAt,
    answeredBy: complaint === undefined ? answeredBy : undefined,
    namedModel: answer.model,
    hasUsage: answer.hasUsage,
    error: answer.error,
  };
}

function listDatas(stream: Buffer): readonly string[] {
  const splitter = new SseSplitter();
  const frames = [...splitter.push(stream), splitter.end() ?? []].flat();
  return frames.flatMap(({ raw, data }) => data ?? findBareError(raw));
}

/** Some protocols end a broken stream with a bare error instead of an event. */
function findBareError(raw: Buffer): readonly string[] {
  const text = raw.toString('utf8').trim();
  return text.startsWith('{') ? [text] : [];
}

/** Reads the comment of a stream whose head came early. */
function readAnsweredBy(text: string): string | undefined {
  return /^: holdfast target=(\S+)/m.exec(text)?.[1];
}

function findComplaint(status: number, { text, hasEnd, error }: DrillAnswer): string | undefined {
  if (error !== undefined) return `an error came: ${error}`;
  if (status !== 200) return `status ${status} came`;
  if (!hasEnd) return 'the answer has no end';
  return complainOfText(text);
}

/**
 * The simulated provider echoes the question, and counts if the answer should be long: `~7/60 ~8/60
 * …`.
 */
function complainOfText(text: string): string | undefined {
  if (!text.includes(question)) return `the answer lost its beginning: "${text.slice(0, 60)}"`;
  const counts = readCounts(text);
  const last = counts.at(-1);
  if (last !== undefined && last.at !== last.to)
    return `the answer ends at ${last.at} of ${last.to}`;
  const broken = counts.find(
    ({ at }, index) => index > 0 && at !== (counts[index - 1]?.at ?? 0) + 1,
  );
  return broken === undefined
    ? undefined
    : `a passage is missing or told twice at ${broken.at} of ${broken.to}`;
}

function readCounts(text: string): readonly { readonly at: number; readonly to: number }[] {
  return [...text.matchAll(/~(\d+)\/(\d+)/g)].map(([, at, to]) => ({
    at: Number(at),
    to: Number(to),
  }));
}
