/**
 * A connection to Valkey or Redis for the real host, through an optional package that is loaded
 * when a fleet's log is first asked.
 */

import { asError, codeOf } from '../errors.ts';

/** Not a literal in the import, so that the build works without the package. */
const valkeyPackage: string = 'iovalkey';

export interface ValkeyConnection {
  /** Rejects at once if the connection could not be opened, or is lost; see `isReply`. */
  call(command: string, parameters: readonly (string | number)[]): Promise<unknown>;
  /** Whoever waits for an answer is told why. */
  close(why?: Error): void;
}

interface Client {
  on(event: 'error', listener: (error: Error) => void): unknown;
  connect(): Promise<void>;
  call(command: string, ...parameters: (string | number)[]): Promise<unknown>;
  disconnect(): void;
  /** Absent before it is connected. */
  readonly stream?: { unref(): unknown };
}

type ClientClass = new (url: string, options: object) => Client;

/** The client's words for a connection that has ended; there may be a reason. */
const ended = /^(Connection is closed|Stream isn't writeable)/;

/** Whoever asks tries again, and knows how long to wait; nothing waits inside. */
const clientOptions = {
  connectTimeout: 0,
  lazyConnect: true,
  enableOfflineQueue: false,
  enableReadyCheck: false,
  maxRetriesPerRequest: 0,
  retryStrategy: () => null,
};

/**
 * Begins to open one connection; `url` is `redis://…` or, over TLS, `rediss://…`. Resolves as soon
 * as the package is loaded, which is none of the engine's time.
 */
export async function connectValkey(url: string): Promise<ValkeyConnection> {
  const client = new (await loadClient())(url, clientOptions);
  let fault: Error | undefined;
  client.on('error', (error) => {
    fault = error;
  });
  // it rejects with no more than that the connection is closed
  const connected = client.connect().catch((error: unknown) => {
    throw new Error(asError(fault ?? error).message); // no reply: whoever refuses it is asked anew
  });
  connected.catch(() => undefined); // each call rejects with it
  return {
    call: async (command, parameters) => {
      await connected;
      return client.call(command, ...parameters).catch((error: unknown) => {
        throw ended.test(asError(error).message) ? (fault ?? new Error('it hung up')) : error;
      });
    },
    close: (why) => {
      fault = why ?? fault;
      client.disconnect();
      client.stream?.unref(); // an engine that is frozen does not take leave
    },
  };
}

/** The engine has answered, and refuses: the connection is well. */
export function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}

async function loadClient(): Promise<ClientClass> {
  try {
    return parseModule(await import(valkeyPackage));
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    const { message } = asError(error);
    throw message.includes(valkeyPackage)
      ? new Error(`the package ${valkeyPackage} is not installed: npm install ${valkeyPackage}`)
      : error;
  }
}

/** Throws if the package has another shape. */
function parseModule(module: unknown): ClientClass {
  if (typeof module === 'object' && module !== null && 'default' in module) {
    const { default: found } = module;
    if (typeof found === 'function') return found as ClientClass;
  }
  throw new TypeError(`this version of ${valkeyPackage} is not known: it exports no client`);
}
