/**
 * Lists all commands with their summaries. Each is defined in a file that is loaded on demand;
 * related commands share a file.
 */

import type { Command } from '../context/command.ts';

/** Loads a file of commands, by their names. */
type Load = () => Promise<{ readonly commands: Readonly<Record<string, Command>> }>;

/**
 * A command's summary, and its file or its subcommands. `''` is the command itself without a
 * subcommand.
 */
export type CommandEntry = readonly [says: string, behind: Load | Entries];

export type Entries = Readonly<Record<string, CommandEntry>>;

// Files that several entries share, or whose entry would be too long.
const loadAuthAdd = () => import('../commands/auth/add.ts');
const loadChat = () => import('../commands/chat.ts');
const loadClassify = () => import('../commands/classify.ts');
const config = () => import('../commands/config.ts');
const loadConnect = () => import('../commands/connect.ts');
const loadDemo = () => import('../commands/demo.ts');
const descriptions = () => import('../commands/descriptions.ts');
const loadDrill = () => import('../commands/drill.ts');
const loadExplain = () => import('../commands/explain.ts');
const fallback = () => import('../commands/fallback.ts');
const importing = () => import('../commands/import.ts');
const init = () => import('../commands/init.ts');
const key = () => import('../commands/key.ts');
const loadLogin = () => import('../commands/auth/login.ts');
const references = () => import('../commands/auth/references.ts');
const loadAuthReset = () => import('../commands/auth/reset.ts');
const service = () => import('../commands/service.ts');
const loadSessions = () => import('../commands/sessions.ts');
const loadSources = () => import('../commands/auth/sources.ts');
const stored = () => import('../commands/auth/stored.ts');
const loadTasks = () => import('../commands/tasks.ts');
const loadWhy = () => import('../commands/why.ts');

const configEntries: Entries = {
  path: ['where the configuration is', config],
  show: ['every value and where it came from', config],
  check: ['look for problems; exits 3 if there are any, 4 if only a key is missing', config],
  schema: ['print the JSON Schema', config],
  get: ['print one value', config],
  set: ['change one value; comments stay', config],
  unset: ['take one value out; comments stay', config],
};

const keyEntries: Entries = {
  '': ["print the gateway's key", key],
  add: ['make a key for one caller and print it, this once; only its hash is kept', key],
  list: ['whom keys were made for, and what each may do', key],
  revoke: ['end a key at once, in running gateways too', key],
};

const fallbackEntries: Entries = {
  list: ['the chain, in the order in which it is asked', fallback],
  add: ['put a model into the chain', fallback],
  remove: ['take a model out of the chain', fallback],
};

const descriptionEntries: Entries = {
  list: ['what was described, the latest first', descriptions],
  clear: ['erase all of them', descriptions],
};

const recordEntries: Entries = {
  clear: ['erase what was asked and answered', () => import('../commands/records.ts')],
};

const authEntries: Entries = {
  list: [
    'every key in the order of use, and what holds it back',
    () => import('../commands/auth/list.ts'),
  ],
  sources: ['every place that was looked in, and which rule decided', loadSources],
  test: ['ask for one small completion with each key', () => import('../commands/auth/test.ts')],
  reset: ['end what holds keys back; running gateways obey within a second', loadAuthReset],
  add: ['store a key, from a hidden prompt or stdin, after trying it', loadAuthAdd],
  remove: ['forget a stored key', stored],
  rename: ['give a stored key another label', stored],
  move: ['put a stored key at another place among those of its provider', stored],
  login: ['log in with a device code; prints an address and a code for a person', loadLogin],
  logout: [
    'revoke the tokens of a login and forget them',
    () => import('../commands/auth/logout.ts'),
  ],
  refresh: ['renew the tokens of logins now', () => import('../commands/auth/refresh.ts')],
  export: ['print labels and references of all keys as JSON; never a secret', references],
  import: ['add the references of an export, read from stdin, to the config', references],
};

const serviceEntries: Entries = {
  install: ['write its file, and check the keys that it will have', service],
  uninstall: ['end it and take its file away', service],
  start: ['start it, and wait until it listens', service],
  stop: ['let it finish what is under way, and end it', service],
  restart: ['end it and start it again', service],
  status: ['whether it runs, and whether its file is ours', service],
};

const sessionsEntries: Entries = {
  list: ['those used last, with title, turns, model and cost', loadSessions],
  show: ['print one, every turn', loadSessions],
  search: ['find words in all of them, in any script', loadSessions],
  rename: ['give one a title of yours', loadSessions],
  delete: ['erase one for good', loadSessions],
};

export const entries: Entries = {
  init: ['ask three questions and write a first configuration; nothing is overwritten', init],
  serve: ['start the HTTP gateway', () => import('../commands/serve.ts')],
  sim: [
    'start the simulated provider, which breaks on purpose',
    () => import('../commands/sim.ts'),
  ],
  demo: ['a guided tour of ten seconds: each rescue as caller and provider see it', loadDemo],
  drill: [
    'break simulated providers in your own configuration, and see who is answered',
    loadDrill,
  ],
  health: [
    'whether the gateway takes requests; for containers',
    () => import('../commands/health.ts'),
  ],
  service: ['the gateway as a service of systemd or launchd', serviceEntries],
  cost: ['tokens and money, by caller, task, target or day', () => import('../commands/cost.ts')],
  key: ["the gateway's keys; alone, prints the first one", keyEntries],
  ask: ['ask one question; the answer streams to stdout', () => import('../commands/ask.ts')],
  sessions: ['conversations that are kept, in a file of their own', sessionsEntries],
  chat: [
    'talk with the models in the terminal; conversations are kept and can be resumed',
    loadChat,
  ],
  explain: [
    'who would be asked now, with which key and why; what is in the way, and what mends it',
    loadExplain,
  ],
  doctor: [
    'look at all that a request needs: settings, keys, servers, state, the gateway; what mends it',
    () => import('../commands/doctor.ts'),
  ],
  tasks: ['each task with its route, how it fared last, and what it cost', loadTasks],
  models: ['list the models a request may name', () => import('../commands/models.ts')],
  why: ['why a request ended as it did: the story of the last, of one, or of several', loadWhy],
  logs: ['what the gateway has written into its log', () => import('../commands/logs.ts')],
  classify: [
    "what a provider's answer on stdin means: curl -i output, a body, or a stream",
    loadClassify,
  ],
  completion: ['print a completion script', () => import('../commands/completion.ts')],
  config: ['look at and change the configuration', configEntries],
  fallback: ['who is asked when the main model cannot answer', fallbackEntries],
  descriptions: ['images in the words that models without eyes were told', descriptionEntries],
  records: ['what was asked and answered, where records.content keeps it', recordEntries],
  auth: ['look at keys, test them, clear what holds them back', authEntries],
  import: [
    "bring another agent's settings along; its keys stay where they are",
    {
      hermes: ['Hermes Agent: config.yaml, .env and auth.json; shows a diff first', importing],
    },
  ],
  connect: [
    'point an agent at the gateway; without a name, list the agents that are here',
    loadConnect,
  ],
};
