/**
 * What a real client is to the conformance run: how it is installed, pointed at the gateway and
 * given a prompt.
 */

export type Protocol =
  | 'openai-chat'
  | 'openai-responses'
  | 'anthropic-messages'
  | 'google-generate-content';

/** Where one run of a client happens. */
export interface Place {
  /** The client's own HOME, empty at first. */
  readonly home: string;
  /** The directory it works in. */
  readonly work: string;
  /** The gateway's origin, without `/v1`. */
  readonly gateway: string;
  readonly key: string;
  /**
   * Where the gateway's configuration and state are, for a client that brings an engine of its own.
   */
  readonly holdfastHome: string;
}

/** A process to start in a place. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** Beside PATH and HOME. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Client {
  readonly name: string;
  readonly half: 'sdk' | 'agent';
  /** The folder under `node_modules` whose version is the client's. */
  readonly package: string;
  readonly protocol: Protocol;
  /**
   * The call that the tool prompt spells out: of a tool the client has, leaving `listing.txt` in
   * the work directory.
   */
  readonly call: string;
  /** The call that looks at the image at a path; absent: it has no tool for that. */
  readonly look?: (path: string) => string;
  /**
   * A prompt upon which the client asks a small model for something of its own; absent: it never
   * does.
   */
  readonly sideCall?: string;
  /** It sends whole bodies in the place of a prompt. Default: false. */
  readonly sendsBodies?: boolean;
  /** Prints the client's own list of sessions with their titles; absent: it keeps none. */
  readonly sessions?: (place: Place) => Command;
  /**
   * Words before the prompt that make it the next turn of the last session; absent: each prompt is
   * a session of its own.
   */
  readonly goOn?: readonly string[];
  /**
   * What makes it compact its conversation before each turn but the first, by our task; absent: it
   * cannot be told.
   */
  readonly compacting?: Pick<Command, 'environment'> & { readonly words: readonly string[] };
  /** How long one run may take. */
  readonly limitMs: number;
  readonly command: (prompt: string, place: Place, words?: readonly string[]) => Command;
}
