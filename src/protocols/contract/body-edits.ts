/**
 * What editing a request's body for a target needs to know of its protocol (step 3 of a request).
 */

import type { StrictRoles } from '../../model/target.ts';
import type { WireObject } from '../json/is-record.ts';

export interface BodyEdits {
  /**
   * The fields at the top that hold the conversation, and what the system says beside it. The
   * functions below are given these alone.
   */
  readonly conversation: readonly string[];
  /**
   * The conversation for a reader that insists on an order of roles. Absent: the protocol has a
   * place of its own for the system.
   */
  readonly foldRoles?: (conversation: WireObject, roles: StrictRoles) => WireObject;
  /** The conversation without the sealed reasoning of these names, or without any. */
  readonly dropSealed: (
    conversation: WireObject,
    names: readonly string[] | undefined,
  ) => WireObject;
  /**
   * The conversation with each call of a tool changed that may bear a signature. Absent: none bears
   * one.
   */
  readonly mapCalls?: (
    conversation: WireObject,
    change: (call: WireObject) => WireObject,
  ) => WireObject;
  /**
   * The conversation without the line that tells the vendor who pays. Absent: clients of this
   * protocol write none.
   */
  readonly dropBillingLine?: (conversation: WireObject) => WireObject;
  /**
   * How much the model is to reason. Absent: it differs between models, and only the translate leg
   * knows.
   */
  readonly effort?: {
    readonly field: string;
    readonly write: (before: unknown, effort: string) => unknown;
  };
  /**
   * Where the path names the model: fields whose requests name it too. Absent: `model` at the top
   * names it.
   */
  readonly requests?: {
    readonly fields: readonly string[];
    readonly nameModel: (request: WireObject, model: string) => WireObject;
  };
}
