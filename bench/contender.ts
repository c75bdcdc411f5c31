/** A contender, as the load sees it. Types only. */

/** `before`: Holdfast at an earlier commit. `workers`: with several processes. */
export type ContenderName = 'direct' | 'nginx' | 'holdfast' | 'portkey' | 'before' | 'workers';

export interface Contender {
  readonly name: ContenderName;
  readonly port: number;
  /** Extra header lines for this contender. */
  readonly headers: readonly string[];
  /** The model that is requested. */
  readonly model: string;
  /** Undefined for the direct call. */
  readonly pid: number | undefined;
  /** Ends the process, if there is one, and starts a fresh one on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}
