/**
 * Plays one scene of the crash-test against the whole engine on the fake clock, and gives its
 * verdict as the benchmark would.
 */

import type { UpstreamRequest } from '../../src/host.ts';
import type { Headers } from '../../src/model/request.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { createFakeHost, type FakeHost, type UpstreamStep } from '../fakes/fake-host.ts';
import {
  answer,
  type Got,
  type Hit,
  isWhole,
  type Scene,
  type Seen,
  sixtyWords,
  wordsIn,
} from './crash-scenes.ts';

/**
 * `pass`; `partial`: complete, an advisory check missed; `safe`: a clean error; `fail`. With what
 * did not hold.
 */
export interface Verdict {
  readonly grade: 'pass' | 'partial' | 'safe' | 'fail';
  readonly missed: readonly string[];
  /** Nobody had the answer at the end, and a fallback that was free had not been asked. */
  readonly unasked: boolean;
}

export interface Setting {
  readonly stream: boolean;
  /** Where the provider is. */
  readonly baseUrl: string;
  /** Fields of the provider in the configuration. Default: none. */
  readonly tuned?: object;
  /** What the client sends besides. Default: nothing, as plain `fetch` does. */
  readonly headers?: Headers;
}

const start = 1_800_000_000_000;
const stepMs = 250;
/** A request that nobody limits has ended by then. */
const longestMs = 660_000;

export async function playScene(scene: Scene, setting: Setting): Promise<Verdict> {
  const host = createFakeHost({ now: start });
  const seen = { got: [] as Got[], primary: [] as number[], fallback: [] as number[] };
  host.upstream.answerBy((request) => respond(scene, seen, readHit(request, host)));
  const runtime = createRuntime({ host, config: configure(setting) });
  const { count, everyMs } = scene.callers ?? { count: 1, everyMs: 0 };
  const end = start + scene.overAfter * 1000;
  for (let caller = 0; caller < count; caller++) {
    seen.got.push(ask(host, runtime, { ...setting, model: 'main' }));
    if (everyMs > 0) await host.advance(everyMs);
  }
  while (
    host.clock.now() < end &&
    seen.got.some(({ overMs }) => overMs === Number.POSITIVE_INFINITY)
  )
    await host.advance(stepMs);
  const played = {
    got: seen.got.map((one) => ({ ...one })),
    primary: [...seen.primary],
    fallback: [...seen.fallback],
  };
  const alive = ask(host, runtime, { stream: false, model: 'crash/well' });
  await host.advance(longestMs);
  await runtime.close();
  const unasked = scene.errorIsRight !== true && seen.fallback.length === 0 && !isWhole(seen.got);
  return { ...judge(scene, played, alive), unasked };
}

function configure({ baseUrl, tuned }: Setting): object {
  const provider = {
    protocol: 'openai-chat',
    base_url: baseUrl,
    api_key: 'sk-test-crash',
    ...tuned,
  };
  return {
    main: 'crash/primary',
    fallback_chain: ['crash/fallback'],
    providers: { crash: provider },
  };
}

interface Asked extends Omit<Hit, 'before'> {
  readonly model: string;
}

function readHit({ body }: UpstreamRequest, host: FakeHost): Asked {
  const { model, stream = false, messages } = JSON.parse(String(body));
  const partial: string =
    messages.findLast(({ role }: { role: string }) => role === 'assistant')?.content ?? '';
  const delivered = sixtyWords.filter((_, index) =>
    partial.startsWith(
      sixtyWords
        .slice(0, index + 1)
        .join('')
        .trimEnd(),
    ),
  );
  const words = sixtyWords.slice(delivered.length);
  return { model, stream, atMs: host.clock.now() - start, isRest: partial !== '', words };
}

function respond(
  { primary, fallback = answer }: Scene,
  seen: { primary: number[]; fallback: number[] },
  { model, ...hit }: Asked,
): UpstreamStep {
  if (model === 'well') return answer(hit);
  const asked = model === 'primary' ? seen.primary : seen.fallback;
  asked.push(hit.atMs);
  return (model === 'primary' ? primary : fallback)({ ...hit, before: asked.length - 1 });
}

interface Asking extends Pick<Setting, 'stream' | 'headers'> {
  readonly model: string;
}

function ask(host: FakeHost, runtime: Runtime, { stream, model, headers = {} }: Asking): Got {
  const now = (): number => host.clock.now() - start;
  const never = Number.POSITIVE_INFINITY;
  const got: Got = {
    atMs: now(),
    status: 0,
    text: '',
    target: undefined,
    overMs: never,
    firstMs: never,
  };
  const take = (chunk?: Uint8Array): boolean => {
    got.text += Buffer.from(chunk ?? []).toString();
    got.firstMs = Math.min(got.firstMs, now());
    return true;
  };
  const question = { model, stream, messages: [{ role: 'user', content: 'sixty words, please' }] };
  const body = Buffer.from(
    JSON.stringify({ ...question, ...(stream ? { stream_options: { include_usage: true } } : {}) }),
  );
  const signal = new AbortController().signal;
  void runtime.exchange(
    { method: 'POST', path: '/v1/chat/completions', headers, body, signal },
    {
      head: (status, headers) =>
        Object.assign(got, { status, target: headers['x-holdfast-target'] }),
      write: take,
      onDrain: (resume) => resume(),
      end: (chunk?: Uint8Array) => {
        take(chunk);
        got.overMs = now();
      },
    },
  );
  return got;
}

/** What the benchmark says of it. */
function judge(
  { checks, advice, overAfter, errorIsRight }: Scene,
  seen: Seen,
  alive: Got,
): Omit<Verdict, 'unasked'> {
  const held = {
    'over in time': seen.got.every(({ overMs }) => overMs <= overAfter * 1000),
    'never truncated told as whole': seen.got.every((one) => isWhole([one]) || isError(one)),
    'alive afterwards': isWhole([alive]),
    ...checks?.(seen),
  };
  const missed = listMissed(held);
  if (missed.length > 0) return { grade: 'fail', missed };
  const unadvised = listMissed(advice?.(seen) ?? {});
  if (unadvised.length > 0) return { grade: 'partial', missed: unadvised };
  return { grade: isWhole(seen.got) || errorIsRight === true ? 'pass' : 'safe', missed: [] };
}

const listMissed = (held: Readonly<Record<string, boolean>>): string[] =>
  Object.entries(held).flatMap(([sentence, holds]) => (holds ? [] : [sentence]));

/**
 * An error that a client can read: a status, or an event in its stream, and no end of an answer.
 */
function isError({ status, text }: Got): boolean {
  return (
    text.includes('"error"') && (status >= 400 || !text.includes('[DONE]')) && !isComplete(text)
  );
}

const isComplete = (text: string): boolean =>
  wordsIn(text) === sixtyWords.join('') || text.includes('"finish_reason":"stop"');
