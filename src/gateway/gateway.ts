/** A gateway as its program holds it: what it is started with, and how it is ended. Types only. */

import type { Headers } from '../model/request.ts';
import type { Runtime } from '../runtime.ts';
import type { InheritedSocket } from '../service/inherited-socket.ts';
import type { CallerKeys } from './caller-keys.ts';
import type { RunFacts } from './run-file.ts';

export interface GatewayOptions {
  readonly runtime: Runtime;
  /**
   * A listening socket that a supervisor holds. Default: none, and it listens at `gateway.host` and
   * `gateway.port`.
   */
  readonly socket?: InheritedSocket | undefined;
  /** The key of callers: at least 16 printable characters, such as `readGatewayKey()` returns. */
  readonly key: string;
  /**
   * The key of the admin API: text, or a function that reads it as it is now. Default: no admin
   * API, and no page.
   */
  readonly adminKey?: string | (() => string);
  /** Keys of single callers. Default: none. */
  readonly callerKeys?: CallerKeys;
  /** Path of the file that publishes its address to other commands. Default: none. */
  readonly runFile?: string;
  /** Another gateway of the same home, which the run file names until now. Default: none runs. */
  readonly beside?: RunFacts | undefined;
  /** The one before, if it is gone and the run file still names it. Default: it ended in order. */
  readonly killed?: RunFacts | undefined;
  /** Added to every answer, such as `x-holdfast-simulated: 1`. Default: none. */
  readonly extraHeaders?: Headers;
}

export interface Gateway {
  readonly url: string;
  readonly port: number;
  /** Counts the requests in progress. */
  inflight(): number;
  /**
   * Says that it is not ready for `drain_delay`, stops accepting, lets requests in progress finish
   * within `drain_timeout`, then ends the rest.
   */
  close(): Promise<void>;
  /** Ends all requests in progress at once, each with an error; used on a second signal. */
  abort(): void;
}
