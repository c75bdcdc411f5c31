/** The commands under `holdfast auth` and their options; each is loaded when it runs. */

import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

export function addAuth(root: Command, terminal: Terminal, settle: Settle): void {
  const auth = root.command('auth').description('look at keys, test them, clear what holds them back');
  auth
    .command('list')
    .description('every key in the order of use, and what holds it back')
    .argument('[name]', 'a provider, or the id or label of a key')
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
    .argument('[name]', 'a provider, or the id or label of a key')
    .option('--model <name>', 'the model to ask, as provider/model')
    .option('--accept-origin', 'allow a stored key the present origin of its provider, when it works there')
    .option('--json', 'print JSON')
    .action(async (name, options) =>
      settle((await import('./commands/auth/test.ts')).authTest(terminal, name, options)),
    );
  auth
    .command('reset')
    .description('end what holds keys back; running gateways obey within a second')
    .argument('[name]', 'a provider, or the id or label of a key')
    .option('--dry-run', 'only say what would be cleared')
    .option('--json', 'print JSON')
    .action(async (name, options) =>
      settle((await import('./commands/auth/reset.ts')).authReset(terminal, name, options)),
    );
  addStored(auth, terminal, settle);
  addLogins(auth, terminal, settle);
}

type Settle = (outcome: Promise<number>) => Promise<void>;

function addStored(auth: Command, terminal: Terminal, settle: Settle): void {
  const load = () => import('./commands/auth/stored.ts');
  auth
    .command('add')
    .description('store a key, from a hidden prompt or stdin, after trying it')
    .argument('<provider>')
    .option('--label <word>', 'what to call it')
    .option('--account <name>', 'limit group that it shares with other keys')
    .option('--model <name>', 'the model it is tried with')
    .option('--no-verify', 'store it without trying it')
    .option('--dry-run', 'try it and store nothing')
    .option('--json', 'print JSON')
    .action(async (provider, options) =>
      settle((await import('./commands/auth/add.ts')).authAdd(terminal, provider, options)),
    );
  auth
    .command('remove')
    .description('forget a stored key')
    .argument('<id>', 'or its label')
    .option('--dry-run', 'only say what would be removed')
    .option('--json', 'print JSON')
    .action(async (id, options) => settle((await load()).authRemove(terminal, id, options)));
  auth
    .command('rename')
    .description('give a stored key another label')
    .argument('<id>', 'or its label')
    .argument('<label>')
    .option('--dry-run', 'only say what would be renamed')
    .option('--json', 'print JSON')
    .action(async (id, label, options) =>
      settle((await load()).authRename(terminal, { id, label }, options)),
    );
  auth
    .command('move')
    .description('put a stored key at another place among those of its provider')
    .argument('<id>', 'or its label')
    .argument('<place>', 'counted from 1')
    .option('--dry-run', 'only say what would be moved')
    .option('--json', 'print JSON')
    .action(async (id, place, options) => settle((await load()).authMove(terminal, { id, place }, options)));
}

function addLogins(auth: Command, terminal: Terminal, settle: Settle): void {
  auth
    .command('login')
    .description('log in with a device code; prints an address and a code for a person')
    .argument('<provider>')
    .option('--label <name>', 'name of the login in lists')
    .option('--dry-run', 'say what would be done')
    .option('--json', 'print JSON, one object a line')
    .action(async (provider, options) =>
      settle((await import('./commands/auth/login.ts')).authLogin(terminal, provider, options)),
    );
  auth
    .command('logout')
    .description('revoke the tokens of a login and forget them')
    .argument('<name>', 'a provider, or the id or label of a login')
    .option('--dry-run', 'say what would be done')
    .option('--json', 'print JSON')
    .action(async (name, options) =>
      settle((await import('./commands/auth/logout.ts')).authLogout(terminal, name, options)),
    );
  auth
    .command('refresh')
    .description('renew the tokens of logins now')
    .argument('[name]', 'a provider, or the id or label of a login')
    .option('--dry-run', 'say what would be done')
    .option('--json', 'print JSON')
    .action(async (name, options) =>
      settle((await import('./commands/auth/refresh.ts')).authRefresh(terminal, name, options)),
    );
  auth
    .command('export')
    .description('print labels and references of all keys as JSON; never a secret')
    .option('--json', 'print JSON, as it always does')
    .action(async () => settle((await import('./commands/auth/export.ts')).authExport(terminal)));
  auth
    .command('import')
    .description('add the references of an export, read from stdin, to the config')
    .option('--dry-run', 'only show what would change')
    .option('--json', 'print JSON')
    .action(async (options) =>
      settle((await import('./commands/auth/export.ts')).authImport(terminal, options)),
    );
}
