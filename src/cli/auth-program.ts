/** The commands under `holdfast auth` and their options; each is loaded when it runs. */

import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

export function addAuth(
  root: Command,
  terminal: Terminal,
  settle: (outcome: Promise<number>) => Promise<void>,
): void {
  const auth = root.command('auth').description('look at keys, test them, clear what holds them back');
  auth
    .command('list')
    .description('every key in the order of use, and what holds it back')
    .argument('[name]', 'a provider or the id of a key')
    .option('--json', 'print JSON')
    .action(async (name, options) =>
      settle((await import('./commands/auth/list.ts')).authList(terminal, name, options)),
    );
  auth
    .command('sources')
    .description('every place that was looked in, and which rule decided')
    .argument('<provider>')
    .option('--json', 'print JSON')
    .action(async (provider, options) =>
      settle((await import('./commands/auth/sources.ts')).authSources(terminal, provider, options)),
    );
  auth
    .command('test')
    .description('ask for one small completion with each key')
    .argument('[name]', 'a provider or the id of a key')
    .option('--model <name>', 'the model to ask, as provider/model')
    .option('--json', 'print JSON')
    .action(async (name, options) =>
      settle((await import('./commands/auth/test.ts')).authTest(terminal, name, options)),
    );
  auth
    .command('reset')
    .description('end what holds keys back; running gateways obey within a second')
    .argument('[name]', 'a provider or the id of a key')
    .option('--json', 'print JSON')
    .action(async (name, options) =>
      settle((await import('./commands/auth/reset.ts')).authReset(terminal, name, options)),
    );
}
