/** What an answer is judged by (step 4 of a request): the answer itself, and the rule that fits. */

import type { ProtocolName } from '../../model/protocol.ts';
import type { Headers } from '../../model/request.ts';
import type { Signature } from '../../providers/signatures/signature.ts';
import type { MatchFacts } from './match-signature.ts';

export interface AnswerToClassify {
  readonly provider: string;
  /**
   * The catalogued vendor that owns this address: its rules apply, whatever the provider is called.
   * Default: none.
   */
  readonly vendor?: string | undefined;
  /** The protocol in which was asked. Default: unknown. */
  readonly protocol?: ProtocolName | undefined;
  /** The requested model; if it is unknown, only the word `model` names one. */
  readonly model?: string;
  /** The id of a file or a batch in the path or body of a passage. Default: there is none. */
  readonly object?: string | undefined;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** What the configuration adds to every request of this target. Default: nothing. */
  readonly added?: Headers | undefined;
  /** The key has worked at this site before (law 6). */
  readonly isProven: boolean;
  /** The key has worked there with this model. */
  readonly isProvenWithModel: boolean;
  /** And at the path that was asked now. Default: as with this model. */
  readonly isPathProven?: boolean | undefined;
  /** The origin that was asked. Default: unknown. */
  readonly origin?: string | undefined;
  /** The proxy that got the request and its answer to read: none of a tunnel. Default: none. */
  readonly proxy?: string | undefined;
  readonly now: number;
  readonly redact: (text: string) => string;
}

export interface Evidenced {
  readonly row: Signature | undefined;
  readonly facts: MatchFacts;
  readonly answer: AnswerToClassify;
  readonly hasReset: boolean;
}
