/**
 * A client's request on its way into other protocols (step 3 of a request), in neutral words: read
 * once for all targets that are looked at, until an attempt takes it.
 */

import { RequestError } from '../../errors.ts';
import type { Target } from '../../model/target.ts';
import { findCallObstacle } from '../../protocols/contract/obstacle.ts';
import type { Continuation, Protocol, ReadBody } from '../../protocols/contract/protocol.ts';
import { parseExact } from '../../protocols/json/exact-json.ts';
import { isRecord, type WireObject } from '../../protocols/json/is-record.ts';
import type { NeutralRequest, Translation } from '../../protocols/translation/neutral.ts';

/** What the client asked: as it came, and in neutral words. */
interface Decoded {
  readonly asked: WireObject;
  readonly neutral: NeutralRequest;
}

export class Carriage {
  readonly #client: Translation;
  readonly #body: ReadBody;
  /**
   * What it means, until it is written for a target; or why it cannot be carried. Whoever waits in
   * line does not hold it: where memory is short it is read again.
   */
  #decoded: WeakRef<Decoded> | string | undefined;

  constructor({ translation }: Protocol, body: ReadBody) {
    this.#client = translation;
    this.#body = body;
  }

  /** Why the target, which speaks this, cannot be asked; undefined when it can. */
  findObstacle(target: Target, { translation }: Protocol): string | undefined {
    const decoded = this.#decode();
    if (typeof decoded === 'string') return decoded;
    const what = findCallObstacle(decoded.neutral, target, translation);
    return what === undefined ? undefined : `${what} cannot be carried to ${target.protocol}`;
  }

  /**
   * The request, or the one for the rest of its answer; an attempt after this one reads it again:
   * what is held while an answer is awaited costs more than that. Throws `RequestError` for what
   * cannot be said.
   */
  take(continuation: Continuation | undefined, target: Target): Decoded {
    if (continuation !== undefined) {
      const asked = parseAskedBody(this.#body.encodeContinuation(bare(target), continuation));
      return { asked, neutral: this.#client.decodeRequest(asked) };
    }
    const decoded = this.#decode();
    if (typeof decoded === 'string')
      throw new RequestError('request-invalid', decoded, { status: 400 });
    this.#decoded = undefined;
    return decoded;
  }

  #decode(): Decoded | string {
    const known = typeof this.#decoded === 'object' ? this.#decoded.deref() : this.#decoded;
    if (known !== undefined) return known;
    const decoded = decodeAsked(this.#client, this.#body);
    this.#decoded = typeof decoded === 'string' ? decoded : new WeakRef(decoded);
    return decoded;
  }
}

function decodeAsked(client: Translation, body: ReadBody): Decoded | string {
  const asked = body.parseToTranslate(); // what is no JSON is nothing that another target could be asked
  try {
    return { asked, neutral: client.decodeRequest(asked) };
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
}

/** The target for a body that is not its own: its edits are for the one that it is sent. */
function bare({ extraBody: _, reasoningEffort: __, ...target }: Target): Target {
  return { ...target, edits: [] };
}

function parseAskedBody(body: Buffer): WireObject {
  const parsed = parseExact(body.toString('utf8'));
  return isRecord(parsed) ? parsed : {};
}
