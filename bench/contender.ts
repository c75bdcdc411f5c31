/** One of those who are measured, as the load sees it. Types only. */

/** `before`: Holdfast at an earlier commit. */
export type ContenderName = 'direct' | 'nginx' | 'holdfast' | 'portkey' | 'before';

export interface Contender {
  readonly name: ContenderName;
  readonly port: number;
  /** Header lines that this one needs. */
  readonly headers: readonly string[];
  /** What it is asked for. */
  readonly model: string;
  /** Undefined for the direct call. */
  readonly pid: number | undefined;
  /** Ends the process, if there is one, and starts it afresh on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}
