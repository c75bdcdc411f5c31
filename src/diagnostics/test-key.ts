/**
 * Tests a key the only reliable way: one small completion with this key alone, through the same
 * path as every request (law 1). A list of models would prove nothing, since many providers give it
 * to anybody.
 */

import { ReplyWriter } from '../access/answer/reply-writer.ts';
import type { Engine } from '../access/request/engine.ts';
import { access } from '../access/run/access.ts';
import { newRequestId } from '../access/run/exchange.ts';
import { chooseRoute } from '../access/select/route.ts';
import { describeSpeaker, isGuess } from '../access/wording/speakers.ts';
import { RequestError } from '../errors.ts';
import { rowOfClass } from '../failures/classes.ts';
import type { KeyVerdict } from '../failures/row.ts';
import type { AnswerSpeaker, FailureClass } from '../model/failure.ts';
import type { ProtocolName } from '../model/protocol.ts';
import type { RequestRecord } from '../model/record.ts';
import type { AccessRequest, ReplySink } from '../model/request.ts';
import type { Protocol } from '../protocols/contract/protocol.ts';
import { checkCaller } from './check-caller.ts';

export interface KeyTest {
  readonly id: string;
  /** `provider/model`, or the task whose route was asked. */
  readonly model: string;
  readonly verdict: KeyVerdict;
  readonly durationMs: number;
  /** Counts the requests that the provider saw. */
  readonly attempts: number;
  /** The facts that the test has proved. */
  readonly verified: string;
  /** The facts that it left open. */
  readonly notVerified: string;
  readonly failure?:
    | {
        readonly class: FailureClass;
        readonly status?: number | undefined;
        readonly message: string;
        readonly speaker?: AnswerSpeaker | undefined;
      }
    | undefined;
  /** What a person can do where the key is not to blame, one fix each. */
  readonly fixes?: readonly string[] | undefined;
}

export interface KeyTestRequest {
  readonly id: string;
  /** Default: see `chooseModel`. */
  readonly model: string;
  readonly signal: AbortSignal;
}

/** Returns the smallest request that a model answers, as a client would send it. */
export function createProbeRequest(
  protocol: Pick<Protocol, 'askShortly'>,
  model: string,
): Pick<AccessRequest, 'body' | 'named'> {
  const { body, named } = protocol.askShortly('Answer with: ok', model);
  return { body: Buffer.from(JSON.stringify(body)), ...(named === undefined ? {} : { named }) };
}

/**
 * Asks for one small completion with this key, even if it is marked; a success ends its marks.
 * Throws the signal's reason, since an aborted test proves nothing.
 */
export async function testKey(
  engine: Engine,
  { id, model, signal }: KeyTestRequest,
): Promise<KeyTest> {
  const protocol = protocolOfTest(engine, { id, model });
  const request = {
    id: newRequestId(engine.host),
    protocol,
    operation: 'generate',
    ...createProbeRequest(engine.protocols[protocol], model),
    headers: { 'content-type': 'application/json' },
    signal,
    onlyCredential: id,
    caller: checkCaller,
  } as const;
  const record = await access(engine, request, new ReplyWriter(engine, request, discardSink));
  engine.keepRecord(record);
  signal.throwIfAborted();
  return toTest(id, record);
}

/** Returns a protocol that its target speaks at an origin of this key. */
function protocolOfTest(
  engine: Engine,
  { id, model }: Pick<KeyTestRequest, 'id' | 'model'>,
): ProtocolName {
  const config = engine.config();
  const [place] = chooseRoute(config, { model, operation: 'generate' }, engine.modelLists).targets;
  if (place === undefined) return 'openai-chat';
  const { target } = place;
  const key = config.pools.get(target.pool)?.find((credential) => credential.id === id);
  const forms = [target, ...(target.alternatives ?? [])];
  return forms.find(({ origin }) => origin === key?.origin)?.protocol ?? target.protocol;
}

/**
 * Returns the model for a test of this pool: a task's own name if the pool belongs to a task, else
 * a model that a route uses, else the entry's default. Throws `RequestError` if there is none.
 */
export function chooseModel(engine: Engine, pool: string): string {
  const { routes, providers } = engine.config();
  const places = [...routes.values()].flatMap(({ task, targets }) =>
    targets.filter(({ target }) => target.pool === pool).map(({ target }) => ({ task, target })),
  );
  const provider = providers.get(pool);
  if (provider === undefined && places[0] !== undefined) return places[0].task;
  const model = places[0]?.target.model ?? provider?.entry.defaultModel;
  if (model !== undefined) return `${pool}/${model}`;
  throw new RequestError('request-invalid', `no model of ${pool} is known to try its keys with`, {
    fix: `say which: --model ${pool}/MODEL`,
  });
}

function toTest(id: string, record: RequestRecord): KeyTest {
  const { model, durationMs, attempts, outcome, answeredBy = model, skipped } = record;
  const common = { id, model, durationMs, attempts: attempts.length };
  // Reasoning that is passed on for want of an answer is a failure, and proves the key all the
  // same.
  const { failure, status } = outcome === 'answered' ? {} : (attempts.at(-1) ?? {});
  if (outcome !== 'answered' && failure === undefined) {
    const { reason = `it may not be used for ${model}`, cause } = skipped[0] ?? {};
    const verdict = cause === 'auth-missing' ? 'missing' : 'unclear';
    const verified = `nothing was sent: ${reason}`;
    return { ...common, verdict, verified, notVerified: 'everything' };
  }
  const verdict = failure ? (rowOfClass(failure.class).keyTest ?? 'unclear') : 'works';
  const [verified, notVerified] = findingOf(verdict, failure?.speaker);
  return {
    ...common,
    verdict,
    failure: failure && {
      class: failure.class,
      status,
      message: failure.message,
      ...(failure.speaker && { speaker: failure.speaker }),
    },
    verified: verified.replace('CAUSE', failure?.class ?? '').replace('TARGET', () => answeredBy),
    notVerified,
    fixes: record.fixes,
  };
}

/** Only a status has spoken: it may be about the key. */
function findingOf(
  verdict: KeyVerdict,
  speaker: AnswerSpeaker | undefined,
): readonly [string, string] {
  if (speaker === undefined || !isGuess(speaker)) return findings[verdict];
  return [`the provider ${describeSpeaker(speaker)}`, 'whether the key is the cause'];
}

const unclear = ['the provider answered, but not with a completion', 'the key'] as const;

/** What is then known, and what stays open. */
const findings: Readonly<Record<KeyVerdict, readonly [string, string]>> = {
  works: [
    'TARGET answered a completion with this key',
    'other models, and how much of its limits is left',
  ],
  refused: ['the provider refuses this key', 'whether that is for good'],
  limited: ['the provider refused no key, and does not serve this one now (CAUSE)', 'a completion'],
  unreachable: ['nothing about the key: the provider gave no verdict', 'the key'],
  missing: unclear,
  unclear,
};

/** The answer's text does not matter, only that it came. */
export const discardSink: ReplySink = {
  head: () => undefined,
  write: () => true,
  onDrain: () => undefined,
  end: () => undefined,
};
