/** Every default, in one place: schema, documents, messages and engine read it here. */

/** Times are in seconds, as in the configuration. */
export const defaults = {
  gateway: {
    host: '127.0.0.1',
    port: 4653,
    callerLogin: 'off',
    ui: true,
    maxInflightBytes: 512 * 1024 * 1024,
    drainDelay: { fleet: 5, alone: 0 },
    drainTimeout: 600,
    sendTimeout: 600,
    memory: 'small',
    unknownModel: 'error',
    pinnedFallback: 'none',
  },
  /** Descriptions of images. `keep` is in days; 16 MiB are about ten thousand of them. */
  descriptions: { save: true, keep: 90, maxBytes: 16 * 1024 * 1024 },
  /** `keep` counts files, at least one a day. */
  log: { format: 'auto', keep: 14 },
  records: { content: false, days: 30 },
  /** `keep` is in days without use. */
  sessions: { save: true, keep: 365, maxBytes: 1024 * 1024 * 1024 },
  selection: 'fill-first',
  streamRecovery: 'continue',
  blindModels: 'route',
  /** How a provider is paid; a local server is free, unless it has a price. */
  billing: { vendor: 'metered', ownServer: 'free' },
  /** The protocol of a server that a task names by its address. */
  taskProtocol: 'openai-chat',
  /**
   * Counts from the beginning of an outage. Clients give up after half a minute without an answer
   * that is not streamed.
   */
  maxWait: { streamed: 100, whole: 25 },
  /** Limits the whole body of an answer that is not streamed. */
  wholeAnswer: { free: 300, last: 600 },
  /** The program that prints a key. */
  command: { timeout: 10, ttl: 300 },
  /** Requested if the configuration names none: the user's identity, and to stay logged in. */
  loginScopes: ['openid', 'offline_access'],
  /** Limits one attempt of a task, by the task's name. */
  taskTimeout: { title_generation: 30, vision: 120, compression: 300, commit_message: 60 },
  otherTaskTimeout: 60,
  /** Limits a task as a whole, whatever its number of targets. */
  longestTask: 600,
  /** Lists the sources of keys in order (law 3). */
  precedence: ['config', 'stored', 'dotenv', 'env'],
} as const;

const taskTimeouts: Readonly<Record<string, number>> = defaults.taskTimeout;

/** Limits one attempt of such a task, in seconds, if the configuration says nothing. */
export function usualTimeout(task: string): number {
  return taskTimeouts[task] ?? defaults.otherTaskTimeout;
}
