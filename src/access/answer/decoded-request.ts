/**
 * A client's request during its translation (step 3 of a request), in neutral words: read once for
 * all possible targets, until an attempt takes it.
 */

import { RequestError } from '../../errors.ts';
import type { Target } from '../../model/target.ts';
import { findCallObstacle } from '../../protocols/contract/obstacle.ts';
import type { Continuation, Protocol, ReadBody } from '../../protocols/contract/protocol.ts';
import { parseExact } from '../../protocols/json/exact-json.ts';
import { isRecord, type WireObject } from '../../protocols/json/is-record.ts';
import type { NeutralRequest, Translation } from '../../protocols/translation/neutral.ts';
import { MalformedBody } from '../../protocols/translation/parse-wire.ts';

/** The client's request, as sent and in neutral words. */
interface Decoded {
  readonly asked: WireObject;
  readonly neutral: NeutralRequest;
}

export class DecodedRequest {
  readonly #client: Translation;
  readonly #body: ReadBody;
  /**
   * The decoded request, or why it cannot be translated. Weakly held, so that a waiting request
   * frees the memory; it is then read again.
   */
  #decoded: WeakRef<Decoded> | RequestError | undefined;

  constructor({ translation }: Protocol, body: ReadBody) {
    this.#client = translation;
    this.#body = body;
  }

  /**
   * Returns why this target cannot be asked in its protocol; undefined when it can. Throws
   * `MalformedBody` where nobody of the route could judge it in the protocol of the request.
   */
  findObstacle(
    target: Target,
    { translation }: Protocol,
    isRelayed = () => true,
  ): string | undefined {
    const decoded = this.#decode();
    if (decoded instanceof RequestError) {
      if (decoded instanceof MalformedBody && !isRelayed()) throw decoded;
      return decoded.message;
    }
    const what = findCallObstacle(decoded.neutral, target, translation);
    return what === undefined ? undefined : `${what} cannot be carried to ${target.protocol}`;
  }

  /**
   * Returns the request, or the one for the rest of its answer. A later attempt reads it again,
   * because holding it while an answer is awaited costs more. Throws `RequestError` for what cannot
   * be translated.
   */
  take(continuation: Continuation | undefined, target: Target): Decoded {
    if (continuation !== undefined) {
      const asked = parseAskedBody(this.#body.encodeContinuation(bare(target), continuation));
      return { asked, neutral: this.#client.decodeRequest(asked) };
    }
    const decoded = this.#decode();
    if (decoded instanceof RequestError) throw decoded;
    this.#decoded = undefined;
    return decoded;
  }

  #decode(): Decoded | RequestError {
    const known = this.#decoded instanceof WeakRef ? this.#decoded.deref() : this.#decoded;
    if (known !== undefined) return known;
    const decoded = decodeAsked(this.#client, this.#body);
    this.#decoded = decoded instanceof RequestError ? decoded : new WeakRef(decoded);
    return decoded;
  }
}

function decodeAsked(client: Translation, body: ReadBody): Decoded | RequestError {
  const asked = body.parseToTranslate(); // a body that is not JSON cannot be translated
  try {
    return { asked, neutral: client.decodeRequest(asked) };
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
}

/** Removes the target's edits, which apply to its own body later. */
function bare({ extraBody: _, reasoningEffort: __, ...target }: Target): Target {
  return { ...target, bodyEdits: [] };
}

function parseAskedBody(body: Buffer): WireObject {
  const parsed = parseExact(body.toString('utf8'));
  return isRecord(parsed) ? parsed : {};
}
