/**
 * Describes what a protocol contributes to editing a request's body for a target (step 3 of a
 * request).
 */

import type { StrictRoles } from '../../model/target.ts';
import type { WireObject } from '../json/is-record.ts';

export interface BodyEditing {
  /**
   * The top-level fields of the conversation, its turns first, and of the system prompt. The
   * functions below get only these.
   */
  readonly conversation: readonly [turns: string, ...others: string[]];
  /**
   * Folds the conversation for a template with strict role order. Absent: the protocol has a field
   * of its own for the system prompt.
   */
  readonly foldRoles?: (conversation: WireObject, roles: StrictRoles) => WireObject;
  /** Removes sealed reasoning with these names, or all of it. */
  readonly dropSealed: (
    conversation: WireObject,
    names: ReadonlySet<string> | undefined,
  ) => WireObject;
  /** Changes each tool call that may have a signature. Absent: none has. */
  readonly mapCalls?: (
    conversation: WireObject,
    change: (call: WireObject) => WireObject,
  ) => WireObject;
  /** True if the turn is a tool's result. */
  readonly isToolResult: (turn: WireObject) => boolean;
  /** The line in which a client says who pays. Absent: clients of this protocol send none. */
  readonly billingLine?: {
    /** Is in every body that has the line. */
    readonly mark: string;
    readonly drop: (conversation: WireObject) => WireObject;
  };
  /**
   * Names the field for reasoning effort. Absent: it differs between models, and only the translate
   * leg sets it.
   */
  readonly effort?: {
    readonly field: string;
    readonly write: (before: unknown, effort: string) => unknown;
  };
  /**
   * If the path names the model: fields whose requests name it too. Absent: `model` at the top
   * names it.
   */
  readonly requests?: {
    readonly fields: readonly string[];
    readonly nameModel: (request: WireObject, model: string) => WireObject;
  };
}
