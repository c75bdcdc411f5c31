/** The engine's parts, built once by the composition root. Types only. */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import type { Health } from '../../credentials/health/health.ts';
import type { AccountBindings, AccountOwner } from '../../credentials/pool/account-bindings.ts';
import type { Affinity } from '../../credentials/pool/affinity.ts';
import type { Pools } from '../../credentials/pool/pool.ts';
import type { Redactor } from '../../credentials/redact/redact.ts';
import type { SecretReader } from '../../credentials/sources/read-secret.ts';
import type { Host } from '../../host.ts';
import type { EventListener } from '../../model/events.ts';
import type { ProtocolName } from '../../model/protocol.ts';
import type { RequestBooks, RequestRecord } from '../../model/record.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { Protocol } from '../../protocols/contract/protocol.ts';
import type { AnswerJudge } from '../../tasks/profile.ts';
import type { KnownLimits } from '../memory/known-limits.ts';
import type { ModelLists } from '../select/model-lists.ts';
import type { Ledger } from '../spending/ledger.ts';
import type { Compressor } from '../tasks/compression/compressor.ts';
import type { Seal } from '../tasks/compression/seal.ts';
import type { Descriptions } from '../tasks/image-descriptions.ts';
import type { Contents } from './contents.ts';
import type { OwnKnowledge } from './own-knowledge.ts';

export interface Engine extends OwnKnowledge {
  readonly host: Host;
  /** Returns the latest valid configuration; checks the files first. */
  readonly config: () => ResolvedConfig;
  /** Returns why the changed file is refused; undefined if it is in force. */
  readonly refusedChange: () => string | undefined;
  readonly reader: SecretReader;
  /** Returns what is odd about the form of a secret, to follow the name of its key. */
  readonly oddityOf: (fingerprint: string) => string | undefined;
  readonly health: Health;
  readonly pools: Pools;
  readonly bindings: AccountBindings;
  readonly affinity: Affinity;
  readonly limits: KnownLimits;
  readonly redactor: Redactor;
  /** Phrases that providers are known to use, in small letters. */
  readonly phrases: () => readonly string[];
  readonly protocols: Readonly<Record<ProtocolName, Protocol>>;
  readonly descriptions: Descriptions;
  readonly modelLists: ModelLists;
  readonly ledger: Ledger;
  readonly emit: EventListener;
  /** Keys the digests of prompts of failed requests; it lives as long as this gateway. */
  readonly promptKey: string;
  readonly keepRecord: (record: RequestRecord) => void;
  /** Another process keeps the books. Default: this one, from the records. */
  readonly books?: Pick<RequestBooks, 'begin' | 'leave'> | undefined;
  /** Stored if `records.content` says so. */
  readonly contents: Contents;
  readonly compressor: Compressor;
  /** Seals summaries that clients store for us. */
  readonly seal: Seal;
}

/** A request, with the configuration if its face has just read it. */
export interface ConfiguredRequest extends AccessRequest {
  /** Default: read when the request begins. */
  readonly config?: ResolvedConfig | undefined;
  /** Takes the account that answered a list: who tells the list remembers its ids. */
  readonly onListed?: ((owner: AccountOwner) => void) | undefined;
  /** Replaces the judge of the task's profile, if the task is judged. */
  readonly judge?: AnswerJudge | undefined;
}
