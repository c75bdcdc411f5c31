/** The commands and their options, as data for commander; what a command does is loaded only when it runs. */

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { version } from '../version.ts';
import { addAuth } from './auth-program.ts';
import { describeUsage } from './exit.ts';
import { printError } from './print-error.ts';
import type { Terminal } from './terminal.ts';

/** Spelt out: what reads configurations is not loaded for a word of help. */
const protocols = ['openai-chat', 'openai-responses', 'anthropic-messages'];

/** The same on every terminal: the help of the whole command is written down (root-help.ts), not made at each start. */
const helpWidth = 80;

export interface Program {
  run(argv: readonly string[]): Promise<number>;
}

export function createProgram(terminal: Terminal): Program {
  let status = 0;
  const root = new Command('holdfast')
    .description('Keeps an AI agent attached to its models, and tells you why.')
    .version(version, '-V, --version')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.talk(text),
      getOutHelpWidth: () => helpWidth,
      getErrHelpWidth: () => helpWidth,
    });
  /** Runs a command's body and keeps its exit status. */
  const settle = async (outcome: Promise<number>): Promise<void> => {
    status = await outcome;
  };
  addServing(root, terminal, settle);
  addAsking(root, terminal, settle);
  addConfig(root, terminal, settle);
  addFallback(root, terminal, settle);
  addAuth(root, terminal, settle);
  addImport(root, terminal, settle);
  addConnect(root, terminal, settle);
  return {
    run: async (argv) => {
      try {
        await root.parseAsync([...argv], { from: 'user' });
        return status;
      } catch (error) {
        if (!(error instanceof CommanderError)) throw error;
        if (error.exitCode === 0) return 0;
        const usage = describeUsage(error.message);
        printError(terminal, argv, usage);
        return usage.exit;
      }
    },
  };
}

type Settle = (outcome: Promise<number>) => Promise<void>;

function addServing(root: Command, terminal: Terminal, settle: Settle): void {
  root
    .command('init')
    .description('ask three questions and write a first configuration; nothing is overwritten')
    .option('--json', 'print JSON when it is written')
    .action(async (options) => settle((await import('./commands/init.ts')).init(terminal, options)));
  root
    .command('serve')
    .description('start the HTTP gateway')
    .option('--host <address>', 'address to listen on')
    .addOption(new Option('--port <number>', 'port to listen on').argParser(parsePort))
    .option('--sim-if-no-config', 'without config and key, serve the built-in simulated provider')
    .option('--json', 'print where it listens as JSON')
    .action(async (options) => settle((await import('./commands/serve.ts')).serve(terminal, options)));
  root
    .command('sim')
    .description('start the simulated provider, which breaks on purpose')
    .addOption(new Option('--port <number>', 'port to listen on').argParser(parsePort))
    .addOption(new Option('--time-scale <number>', 'multiplies every wait').argParser(parsePositive))
    .option('--list', 'print its models and keys, and what each does')
    .option('--json', 'print JSON')
    .action(async (options) => settle((await import('./commands/sim.ts')).sim(terminal, options)));
  root
    .command('demo')
    .description('a guided tour of ten seconds: each rescue as caller and provider see it')
    .option('--json', 'print JSON')
    .action(async (options) => settle((await import('./commands/demo.ts')).demo(terminal, options)));
  root
    .command('drill')
    .description('break simulated providers in your own configuration, and see who is answered')
    .option('--default', 'drill the built-in configuration of two providers')
    .addOption(
      new Option('--mode <mode>', 'how answers are asked for')
        .choices(['streamed', 'whole', 'both'])
        .default('streamed'),
    )
    .addOption(
      new Option('--protocol <name>', 'what the drill asks in').choices(protocols).default('openai-chat'),
    )
    .addOption(
      new Option(
        '--providers-speak <name>',
        'what the simulated providers speak (default: the same)',
      ).choices(protocols),
    )
    .option('--task <name...>', 'only these tasks')
    .option('--fault <id...>', 'only these faults: 1 to 16, k1 to k7')
    .addOption(
      new Option('--time-scale <number>', 'multiplies the waits of the providers').argParser(parsePositive),
    )
    .option('--json', 'print JSON')
    .action(async (options) => settle((await import('./commands/drill.ts')).drill(terminal, options)));
  root
    .command('key')
    .description("print the gateway's key")
    .option('--json', 'print JSON')
    .action(async (options) => settle((await import('./commands/key.ts')).key(terminal, options)));
}

function addAsking(root: Command, terminal: Terminal, settle: Settle): void {
  root
    .command('ask')
    .description('ask one question; the answer streams to stdout')
    .argument('[prompt]', 'the question; what is piped in follows it, and is all of it without one')
    .option('--task <name>', 'the task whose route is used', 'main')
    .option('--model <name>', 'a model as provider/model instead of a task')
    .option('--json', 'print JSON when the answer is complete')
    .action(async (prompt, options) =>
      settle((await import('./commands/ask.ts')).ask(terminal, prompt, options)),
    );
  root
    .command('models')
    .description('list the models a request may name')
    .option('--refresh', 'ask every configured provider what it offers')
    .option('--json', 'print JSON')
    .action(async (options) => settle((await import('./commands/models.ts')).models(terminal, options)));
  root
    .command('classify')
    .description("what a provider's answer on stdin means: curl -i output, a body, or a stream")
    .option('--provider <name>', 'whose answer it is; default: the rules for every provider')
    .addOption(new Option('--status <code>', 'HTTP status of a bare body').argParser(parseStatus))
    .option('--json', 'print JSON')
    .action(async (options) => settle((await import('./commands/classify.ts')).classify(terminal, options)));
  root
    .command('completion')
    .description('print a completion script')
    .argument('<shell>', 'bash, zsh or fish')
    .option('--json', 'print JSON')
    .action(async (shell, options) =>
      settle((await import('./commands/completion.ts')).completion(terminal, { shell, ...options })),
    );
  root
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words) =>
      settle((await import('./commands/complete.ts')).complete(terminal, root, words)),
    );
}

function addConfig(root: Command, terminal: Terminal, settle: Settle): void {
  const config = root.command('config').description('look at and change the configuration');
  const load = () => import('./commands/config.ts');
  config
    .command('path')
    .description('where the configuration is')
    .option('--json', 'print JSON')
    .action(async (options) => settle((await load()).configPath(terminal, options)));
  config
    .command('show')
    .description('every value and where it came from')
    .option('--json', 'print JSON')
    .action(async (options) => settle((await load()).configShow(terminal, options)));
  config
    .command('check')
    .description('look for problems; exits 3 if there are any, 4 if only a key is missing')
    .option('--json', 'print JSON')
    .action(async (options) => settle((await load()).configCheck(terminal, options)));
  config
    .command('schema')
    .description('print the JSON Schema')
    .option('--json', 'print it inside of a document with its schema field')
    .action(async (options) => settle((await load()).configSchema(terminal, options)));
  config
    .command('get')
    .description('print one value')
    .argument('<key>', 'dotted key path')
    .option('--json', 'print JSON')
    .action(async (key, options) => settle((await load()).configGet(terminal, key, options)));
  config
    .command('set')
    .description('change one value; comments stay')
    .argument('<key>', 'dotted key path')
    .argument('<value>', 'the value as YAML; - reads it from stdin')
    .option('--json', 'print JSON')
    .action(async (key, value, options) =>
      settle((await load()).configSet(terminal, { key, value }, options)),
    );
  config
    .command('unset')
    .description('take one value out; comments stay')
    .argument('<key>', 'dotted key path')
    .option('--json', 'print JSON')
    .action(async (key, options) => settle((await load()).configUnset(terminal, key, options)));
}

function addFallback(root: Command, terminal: Terminal, settle: Settle): void {
  const fallback = root.command('fallback').description('who is asked when the main model cannot answer');
  const load = () => import('./commands/fallback.ts');
  fallback
    .command('list')
    .description('the chain, in the order in which it is asked')
    .option('--task <name>', 'the chain of a side task')
    .option('--json', 'print JSON')
    .action(async (options) => settle((await load()).fallbackList(terminal, options)));
  fallback
    .command('add')
    .description('put a model into the chain')
    .argument('<target>', 'provider/model')
    .option('--first', 'at the head of the chain; default: at its end')
    .option('--task <name>', 'the chain of a side task')
    .option('--json', 'print JSON')
    .action(async (target, options) => settle((await load()).fallbackAdd(terminal, target, options)));
  fallback
    .command('remove')
    .description('take a model out of the chain')
    .argument('<target>', 'provider/model, or its place in the list')
    .option('--task <name>', 'the chain of a side task')
    .option('--json', 'print JSON')
    .action(async (target, options) => settle((await load()).fallbackRemove(terminal, target, options)));
}

function addImport(root: Command, terminal: Terminal, settle: Settle): void {
  root
    .command('import')
    .description("bring another agent's settings along; its keys stay where they are")
    .command('hermes')
    .description('Hermes Agent: config.yaml, .env and auth.json; shows a diff first')
    .option('--from <folder>', 'its folder; default: $HERMES_HOME, else ~/.hermes')
    .option('--write', 'write the configuration; the old one is kept beside it')
    .option('--json', 'print JSON')
    .action(async (options) =>
      settle((await import('./commands/import.ts')).importHermes(terminal, options)),
    );
}

function addConnect(root: Command, terminal: Terminal, settle: Settle): void {
  root
    .command('connect')
    .description('point an agent at the gateway; without a name, list the agents that are here')
    .argument(
      '[agent]',
      'claude, codex, opencode, pi, hermes, reasonix, qwen, copilot, cline, aider, continue, zed, llm, gemini, openai, anthropic',
    )
    .option('--write', 'write its settings; the old file is kept beside it')
    .option('--dry-run', 'show what --write would change')
    .addOption(new Option('--undo', 'put back what stood there before').conflicts(['write', 'dryRun']))
    .option('--json', 'print JSON')
    .action(async (agent, options) =>
      settle((await import('./commands/connect.ts')).connect(terminal, agent, options)),
    );
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('a port is a whole number from 0 to 65535.');
}

function parseStatus(text: string): number {
  const status = Number(text);
  if (/^\d{3}$/.test(text) && status >= 200 && status <= 599) return status;
  throw new InvalidArgumentError('an HTTP status is a whole number from 200 to 599.');
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('it must be a number above 0.');
}
