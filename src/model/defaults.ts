/**
 * What holds where the configuration says nothing, said once: schema, documents, messages and
 * engine take it from here.
 */

/** Times in seconds, as the configuration writes them. */
export const defaults = {
  gateway: {
    host: '127.0.0.1',
    port: 4653,
    maxInflightBytes: 512 * 1024 * 1024,
    drainTimeout: 600,
    sendTimeout: 600,
    unknownModel: 'error',
    pinnedFallback: 'none',
  },
  /** Of images, in words. `keep`: days; 16 MiB are some ten thousand of them. */
  descriptions: { save: true, keep: 90, maxBytes: 16 * 1024 * 1024 },
  /** `keep`: files, which are one a day or more. */
  log: { format: 'auto', keep: 14 },
  records: { content: false, days: 30 },
  /** `keep`: days without use. */
  sessions: { save: true, keep: 365, maxBytes: 1024 * 1024 * 1024 },
  selection: 'fill-first',
  streamRecovery: 'continue',
  blindModels: 'route',
  /**
   * How a provider is paid; a server of one's own costs nothing, unless a price is named for it.
   */
  billing: { vendor: 'metered', ownServer: 'free' },
  /** What a server is asked in that a task names by its address. */
  taskProtocol: 'openai-chat',
  /**
   * From the beginning of an outage. Clients give up a silent answer that is not streamed after
   * half a minute.
   */
  maxWait: { streamed: 100, whole: 25 },
  /** The whole body of an answer that is not streamed. */
  wholeAnswer: { free: 300, last: 600 },
  /** The program that prints a key. */
  command: { timeout: 10, ttl: 300 },
  /** What is asked for where nobody says: who it is, and to stay logged in. */
  loginScopes: ['openid', 'offline_access'],
  /** One attempt of a task, by its name. */
  taskTimeout: { title_generation: 30, vision: 120, compression: 300, commit_message: 60 },
  otherTaskTimeout: 60,
  /** A task as a whole, whatever its number of targets. */
  longestTask: 600,
  /** The sources of keys, in order (law 3). */
  precedence: ['config', 'stored', 'dotenv', 'env'],
} as const;
