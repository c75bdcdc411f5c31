/** What shapes a simulated answer, whichever protocol the request came in. */

/** A function the client offers. */
export interface OfferedTool {
  readonly name: string;
  readonly schema: unknown;
}

/** How much the client wants a tool called: not, if it fits, some tool, or this one. */
export type ToolWish = 'none' | 'auto' | 'required' | { readonly name: string };

/** A request in the parts that shape its answer. */
export interface Prompt {
  readonly model: string;
  readonly streams: boolean;
  readonly lastRole: string;
  /** Text of the last user message. */
  readonly prompt: string;
  /** Text of the last message and the one before it, where an unfinished answer may stand. */
  readonly tail: readonly { readonly role: string; readonly text: string }[];
  readonly tools: readonly OfferedTool[];
  readonly toolWish: ToolWish;
  /** The schema that the answer is to fit; nothing for plain text. */
  readonly answerSchema: unknown;
  readonly tokenLimit: number;
  /** A system message asks for a title. Default: nobody looked. */
  readonly wantsTitle?: boolean;
  /** The client asked for reasoning. */
  readonly thinks?: boolean;
}

/** An instruction is no turn of the conversation, wherever it stands: the turn before it is what is answered. */
export function isInstruction(role: string | undefined): boolean {
  return role === 'system' || role === 'developer';
}
