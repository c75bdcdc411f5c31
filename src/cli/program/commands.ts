/**
 * All commands in the groups of `--help`, each with its summary. Arguments and behaviour are in a
 * file that is loaded when the command is named; commands that share their setup share a file.
 */

import type { Command } from '../context/command.ts';

/** Loads a file of commands, by their names. */
type Load = () => Promise<{ readonly commands: Readonly<Record<string, Command>> }>;

/**
 * A command's summary, and its file or its subcommands. `''` is the command itself without a
 * subcommand.
 */
export type CommandEntry = readonly [summary: string, content: Load | Entries];

export type Entries = Readonly<Record<string, CommandEntry>>;

/** Returns subcommands that share a file. */
function inOneFile(load: Load, summaries: Readonly<Record<string, string>>): Entries {
  const named = Object.entries(summaries).map(([name, summary]) => [name, [summary, load]]);
  return Object.fromEntries(named);
}

const references = () => import('../commands/auth/references.ts');
const stored = () => import('../commands/auth/stored.ts');

const configEntries = inOneFile(() => import('../commands/config.ts'), {
  path: 'print where the configuration file is',
  show: 'print every value and where it came from',
  check: 'look for problems; exits 3 if there are any, 4 if only a key is missing',
  schema: 'print the JSON Schema',
  get: 'print one value',
  set: 'change one value; comments stay',
  edit: 'open the file in an editor; writes only what can be used',
  unset: 'remove one value; comments stay',
});

const keyEntries = inOneFile(() => import('../commands/key.ts'), {
  '': "print the gateway's key",
  add: 'make a key for one caller; prints the key once, it cannot be shown again',
  list: 'list the keys of callers, with what each may do',
  set: 'change what a caller may spend; its key stays',
  revoke: 'revoke a key at once, in running gateways too',
  rotate: 'make another admin key; ends every session of the page, at once',
});

const fallbackEntries = inOneFile(() => import('../commands/fallback.ts'), {
  list: 'print the fallback chain in order',
  add: 'append a model to the fallback chain',
  remove: 'remove a model from the fallback chain',
});

const descriptionEntries = inOneFile(() => import('../commands/descriptions.ts'), {
  list: 'list the descriptions, newest first',
  clear: 'erase all descriptions',
});

const recordEntries: Entries = {
  clear: ['erase the stored requests and answers', () => import('../commands/records.ts')],
};

const authEntries: Entries = {
  list: [
    'list every key in order of use, with its state and the reason',
    () => import('../commands/auth/list.ts'),
  ],
  test: ['send one small request with each key', () => import('../commands/auth/test.ts')],
  reset: [
    'unblock keys that are held back; running gateways follow within a second',
    () => import('../commands/auth/reset.ts'),
  ],
  add: [
    'store a key, from a hidden prompt or stdin, after testing it',
    () => import('../commands/auth/add.ts'),
  ],
  remove: ['remove a stored key', stored],
  rename: ['give a stored key another label', stored],
  move: ['change the place of a stored key among those of its provider', stored],
  login: [
    'log in with a device code; prints the address and the code to enter',
    () => import('../commands/auth/login.ts'),
  ],
  logout: [
    'revoke the tokens of a login and forget them',
    () => import('../commands/auth/logout.ts'),
  ],
  refresh: ['renew the tokens of logins now', () => import('../commands/auth/refresh.ts')],
  export: ['print labels and references of all keys as JSON; never a secret', references],
  import: ['add the references of an export, read from stdin, to the config', references],
};

const serviceEntries = inOneFile(() => import('../commands/service.ts'), {
  install: 'write the service file, and check the keys that the service will have',
  uninstall: 'stop the service and remove its file',
  start: 'start the service, and wait until it listens',
  stop: 'finish the requests under way, then stop the service',
  restart: 'restart the service',
  status: 'show whether the service runs, and whether its file is ours',
});

const sessionsEntries = inOneFile(() => import('../commands/sessions.ts'), {
  list: 'list recent conversations, with title, turns, model and cost',
  show: 'print a whole conversation',
  search: 'search all conversations, in any script',
  rename: 'give a conversation a title of your own',
  delete: 'erase a conversation for good',
});

/** By their headings, in the order of `--help`; the first has what a first hour needs. */
export const groups: Readonly<Record<string, Entries>> = {
  'First hour': {
    init: [
      'ask three questions and write a first configuration; overwrites nothing',
      () => import('../commands/init.ts'),
    ],
    serve: ['start the HTTP gateway', () => import('../commands/serve.ts')],
    connect: [
      'point an agent at the gateway; without a name, list the agents on this machine',
      () => import('../commands/connect.ts'),
    ],
    doctor: [
      'check all that a request needs: settings, keys, servers, state, the gateway; say how to fix what is wrong',
      () => import('../commands/doctor.ts'),
    ],
    ui: [
      'open the page of the gateway: what runs, what rests, what it costs',
      () => import('../commands/ui.ts'),
    ],
    why: [
      'show why a request ended as it did: the last one, a given one, or several',
      () => import('../commands/why.ts'),
    ],
  },
  'Ask and chat': {
    ask: ['ask one question; the answer streams to stdout', () => import('../commands/ask.ts')],
    chat: ['chat with the models in the terminal', () => import('../commands/chat.ts')],
    sessions: [
      'manage the conversations of the chat, kept so you can resume them',
      sessionsEntries,
    ],
  },
  Keys: {
    auth: ["manage the providers' keys: list, test, add, unblock, log in", authEntries],
    key: ["manage the gateway's own keys; alone, print the first one", keyEntries],
  },
  'Models and settings': {
    config: ['look at and change the configuration', configEntries],
    fallback: ['manage the models to ask when the main model cannot answer', fallbackEntries],
    models: ['list the models a request may name', () => import('../commands/models.ts')],
    tasks: [
      'show each task with its route, its last outcome and its cost',
      () => import('../commands/tasks.ts'),
    ],
    import: [
      "import another agent's settings; its keys stay where they are",
      {
        hermes: [
          "import Hermes Agent's config.yaml, .env and auth.json; shows a diff first",
          () => import('../commands/import.ts'),
        ],
      },
    ],
  },
  'What happens and what it costs': {
    explain: [
      'show who would be asked now, with which key and why; what is in the way, and how to fix it',
      () => import('../commands/explain.ts'),
    ],
    logs: ['print the log of the gateway', () => import('../commands/logs.ts')],
    cost: [
      'show tokens and money by caller, task, target or day',
      () => import('../commands/cost.ts'),
    ],
    classify: [
      "explain a provider's answer, read from stdin: curl -i output, a body, or a stream",
      () => import('../commands/classify.ts'),
    ],
    records: ['manage stored requests and answers (records.content)', recordEntries],
    descriptions: [
      'manage stored text descriptions of images, for models without vision',
      descriptionEntries,
    ],
  },
  'Run it as a service': {
    service: ['run the gateway as a service of systemd or launchd', serviceEntries],
    health: [
      'check whether the gateway takes requests; for containers',
      () => import('../commands/health.ts'),
    ],
  },
  'Try it on simulated providers': {
    drill: [
      'break simulated providers in your own configuration, and show who answers',
      () => import('../commands/drill.ts'),
    ],
    sim: [
      'start the simulated provider, which fails on purpose',
      () => import('../commands/sim.ts'),
    ],
  },
  Other: {
    completion: [
      'print a completion script for bash, zsh or fish',
      () => import('../commands/completion.ts'),
    ],
  },
};

export const entries: Entries = Object.assign({}, ...Object.values(groups));
