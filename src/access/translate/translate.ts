/**
 * The request side of the translate leg (step 3 of a request, where the target speaks another protocol): the client's body
 * in neutral words, written again by the package of the target's protocol. The package sends nothing: what it hands to
 * `fetch` goes out through our sender, and it gets the answer to decode.
 */

import type {
  LanguageModelV3,
  LanguageModelV3GenerateResult,
  LanguageModelV3StreamResult,
} from '@ai-sdk/provider';
import { RequestError } from '../../errors.ts';
import type { Fetch } from '../../model/fetch.ts';
import type { AccessRequest, Headers } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import { isRecord } from '../../protocols/is-record.ts';
import type {
  AnswerFacts,
  CallOptions,
  NeutralAnswer,
  NeutralPart,
  NeutralRequest,
  Translation,
} from '../../protocols/neutral.ts';
import { findCallObstacle } from '../../protocols/obstacle.ts';
import type { ReadBody, WireObject } from '../../protocols/protocol.ts';
import { writeFor } from '../../protocols/read-body.ts';
import { parseEffort } from '../../protocols/translation/reasoning-effort.ts';
import type { Engine } from '../engine.ts';
import type { AttemptPlan } from '../reply/outcome.ts';

/** One call under way: its request is written, its answer is still to come. */
export interface TranslatedCall {
  readonly body: Buffer;
  /** What the package sends beside: `anthropic-beta`. */
  readonly headers: Headers;
  /** What was left out on the way. */
  readonly notes: readonly string[];
  /** The client's side. */
  readonly client: Translation;
  /** The target's side. */
  readonly spoken: Translation;
  readonly facts: AnswerFacts;
  /** Decodes a streamed answer; may reject when an event is none of its protocol. */
  readStream(body: ReadableStream<Uint8Array>): Promise<ReadableStream<NeutralPart>>;
  /** Decodes a whole answer; rejects when it is none of its protocol. */
  readWhole(body: Buffer): Promise<LanguageModelV3GenerateResult>;
}

/** Whether a request fits into another protocol, found out once for each target that asks. */
export class Carriage {
  readonly #engine: Engine;
  readonly #request: AccessRequest;
  readonly #body: ReadBody;
  #neutral: Promise<NeutralRequest | string> | undefined;

  constructor(engine: Engine, request: AccessRequest, body: ReadBody) {
    this.#engine = engine;
    this.#request = request;
    this.#body = body;
  }

  /** Why the target cannot be asked; undefined when it can. */
  async findObstacle(target: Target): Promise<string | undefined> {
    const spoken = await this.#engine.protocols[target.protocol]?.loadTranslation?.();
    if (spoken === undefined) return `${target.protocol} is not spoken here`;
    this.#neutral ??= this.#decode();
    const neutral = await this.#neutral;
    if (typeof neutral === 'string') return neutral;
    const what = findCallObstacle(neutral, target, spoken);
    return what === undefined ? undefined : `${what} cannot be carried to ${target.protocol}`;
  }

  async #decode(): Promise<NeutralRequest | string> {
    const client = await this.#engine.protocols[this.#request.protocol]?.loadTranslation?.();
    if (client === undefined) return `${this.#request.protocol} cannot be carried into another protocol`;
    const asked = this.#body.parseToTranslate(); // what is no JSON is nothing that another target could be asked
    try {
      return client.decodeRequest(asked);
    } catch (error) {
      if (error instanceof RequestError) return error.message;
      throw error;
    }
  }
}

/** Throws `RequestError` for what cannot be said, and whatever the package throws for what it cannot write. */
export async function beginTranslation(plan: AttemptPlan): Promise<TranslatedCall> {
  const { engine, target, body, continuation, request } = plan;
  const [client, spoken] = await Promise.all([
    requireTranslation(engine, request.protocol),
    requireTranslation(engine, target.protocol),
  ]);
  const asked =
    continuation === undefined
      ? body.parseToTranslate()
      : parseOwn(body.encodeContinuation(bare(target), continuation));
  const neutral = withEffort(client.decodeRequest(asked), target);
  const { options, notes, complete } = spoken.prepareCall(neutral, target);
  const exchange = new PackageExchange();
  const model = spoken.createModel(target, exchange.fetch);
  const decoding = decode(model, { ...options, includeRawChunks: true }, body.stream);
  const written = await exchange.written(decoding.started);
  const whole = complete === undefined ? written.body : complete(written.body);
  return {
    body: writeFor(withoutEffort(target), whole),
    headers: written.headers,
    notes: [...neutral.notes, ...notes],
    client,
    spoken,
    facts: {
      id: request.id,
      model: target.model,
      createdAt: Math.floor(engine.host.clock.now() / 1000),
      request: asked,
      textTools: new Set(neutral.textTools),
    },
    readStream: async (input) => {
      exchange.answer(new Response(input, { headers: { 'content-type': 'text/event-stream' } }));
      return (await decoding.stream()).stream;
    },
    readWhole: async (input) => {
      exchange.answer(
        new Response(new Uint8Array(input), { headers: { 'content-type': 'application/json' } }),
      );
      return decoding.whole();
    },
  };
}

/** The package's answer in neutral words. */
export function toNeutralAnswer({
  content,
  finishReason,
  usage,
}: LanguageModelV3GenerateResult): NeutralAnswer {
  return { content, finish: finishReason.unified, usage };
}

/** What a package tells of settings that it left out. */
export function describeWarnings(warnings: LanguageModelV3GenerateResult['warnings']): readonly string[] {
  return warnings.map((warning) => {
    if (warning.type === 'other') return warning.message;
    return warning.details ?? `${warning.feature} was left out: the target's protocol has no word for it`;
  });
}

/** The target for a body that is not its own: its edits are for the one that the package writes. */
function bare(target: Target): Target {
  const { extraBody: _, ...rest } = withoutEffort(target);
  return { ...rest, edits: [] };
}

/** What the task says of reasoning holds, whatever the request says. */
function withEffort(request: NeutralRequest, { reasoningEffort }: Target): NeutralRequest {
  const reasoning = parseEffort(reasoningEffort);
  return reasoning === undefined ? request : { ...request, reasoning };
}

/** The target for a body in which its effort stands already. */
function withoutEffort({ reasoningEffort: _, ...target }: Target): Target {
  return target;
}

async function requireTranslation(engine: Engine, name: Target['protocol']): Promise<Translation> {
  const translation = await engine.protocols[name]?.loadTranslation?.();
  if (translation !== undefined) return translation;
  throw new RequestError('route-unknown', `${name} is not translated here`, { status: 400 });
}

/** JSON that was written here. */
function parseOwn(bytes: Buffer): WireObject {
  const parsed: unknown = JSON.parse(bytes.toString('utf8'));
  return isRecord(parsed) ? parsed : {};
}

interface Decoding {
  /** Rejects when the package could not write the request. */
  readonly started: Promise<unknown>;
  stream(): Promise<LanguageModelV3StreamResult>;
  whole(): Promise<LanguageModelV3GenerateResult>;
}

function decode(model: LanguageModelV3, options: CallOptions, isStreamed: boolean): Decoding {
  const none = (): never => {
    throw new TypeError('the answer is read in another form than it was asked for');
  };
  if (isStreamed) {
    const streamed = Promise.resolve(model.doStream(options));
    return { started: streamed, stream: () => streamed, whole: none };
  }
  const whole = Promise.resolve(model.doGenerate(options));
  return { started: whole, stream: none, whole: () => whole };
}

/** Stands where the package expects the network: takes its request, and gives it the answer when there is one. */
class PackageExchange {
  readonly #written = Promise.withResolvers<{ body: WireObject; headers: Headers }>();
  readonly #answered = Promise.withResolvers<Response>();

  readonly fetch: Fetch = (_url, init) => {
    const body: unknown = init?.body;
    this.#written.resolve({
      body: typeof body === 'string' ? parseOwn(Buffer.from(body)) : {},
      headers: Object.fromEntries(new globalThis.Headers(init?.headers)),
    });
    return this.#answered.promise;
  };

  /** The request, or why the package cannot write it. */
  written(started: Promise<unknown>): Promise<{ readonly body: WireObject; readonly headers: Headers }> {
    started.catch((error: unknown) => this.#written.reject(error));
    return this.#written.promise;
  }

  answer(response: Response): void {
    this.#answered.resolve(response);
  }
}
