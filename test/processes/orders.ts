/** What parent and engine process say to each other. Types only. */

export interface Order {
  readonly id: number;
  /**
   * `ask`: a request; its status comes back. `marks`: the causes of all marks. `reset`: how many
   * were ended.
   */
  readonly name: 'ask' | 'marks' | 'reset' | 'close';
  /** Fields of the request. */
  readonly body?: object;
}

export interface Report {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}
