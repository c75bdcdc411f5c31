/**
 * `holdfast auth login` shows an address and a code for a person, then stores the tokens in
 * `credentials.json`. It works without a terminal.
 */

import type { DevicePrompt } from '../../../credentials/oauth/device-login.ts';
import type { Login } from '../../../credentials/oauth/login.ts';
import { CredentialError } from '../../../errors.ts';
import { shellLine } from '../../../host/shell-line.ts';
import type { LoginSettings } from '../../../model/oauth.ts';
import type { Runtime } from '../../../runtime.ts';
import {
  type Args,
  createCommand,
  dryRun,
  required,
  textOption,
  toggle,
} from '../../context/command.ts';
import { loginName } from '../../context/find-logins.ts';
import { withState } from '../../context/with-runtime.ts';
import { printJsonLine, type Terminal } from '../../terminal/terminal.ts';

const params = {
  provider: required('provider'),
  label: textOption('name', 'name of the login in lists'),
  dryRun,
  json: toggle('print JSON, one object a line'),
};

/** With `--json` it prints one object per line: first what the person must do, then the result. */
export const commands = {
  login: createCommand({
    params,
    example: 'holdfast auth login xai',
    run: (options, context) =>
      withState(context, async (runtime, signal) => {
        const place = findPlace(runtime, options.provider);
        const { terminal } = context;
        if (options.dryRun) printPlan(terminal, runtime, { ...place, options });
        else await logIn(terminal, runtime, { ...place, options, signal });
        return 0;
      }),
  }),
};

interface LoginRequest extends LoginPlace {
  readonly options: Args<typeof params>;
}

async function logIn(
  terminal: Terminal,
  runtime: Runtime,
  { settings, origin, options, signal }: LoginRequest & { readonly signal: AbortSignal },
): Promise<void> {
  const { startDeviceLogin } = await import('../../../credentials/oauth/device-login.ts');
  const { placeLogin } = await import('../../../credentials/oauth/keep-login.ts');
  const { provider, label, json: isJson } = options;
  const { host, logins } = runtime;
  const begun = await startDeviceLogin(host, settings, signal);
  printPrompt(terminal, begun.prompt, isJson);
  const granted = await begun.wait(signal);
  const made = { ...granted, ...settings, id: host.randomToken(6), provider, origin };
  const named = label === undefined ? {} : { label };
  const kept = await logins.vault.put((others) =>
    placeLogin(others, { ...made, ...named, now: host.clock.now() }),
  );
  printDone(terminal, runtime, { login: kept, isJson });
}

interface LoginPlace {
  readonly settings: LoginSettings;
  /** The token is sent to this origin only. */
  readonly origin: string;
}

function findPlace(runtime: Runtime, name: string): LoginPlace {
  const { providers } = runtime.config();
  const provider = providers.get(name);
  if (provider === undefined) {
    throw new CredentialError('credential-unknown', `no provider ${name} is configured`, {
      fix: `there are ${[...providers.keys()].join(', ')}`,
    });
  }
  if (provider.oauth === undefined) {
    throw new CredentialError('login-failed', `${name} has no login; it takes API keys`, {
      fix: `${shellLine`holdfast auth add ${name}`} (or, for a login server of your own, write providers.${name}.oauth with issuer and client_id)`,
    });
  }
  return { settings: provider.oauth, origin: provider.targetFor('any').origin };
}

function printPlan(
  terminal: Terminal,
  { logins }: Runtime,
  { settings, origin, options }: LoginRequest,
): void {
  const server = settings.issuer ?? settings.tokenEndpoint;
  const { clientId, scopes } = settings;
  const file = logins.vault.path;
  if (options.json) {
    const { provider } = options;
    printLine(terminal, { step: 'plan', provider, server, clientId, scopes, origin, file });
    return;
  }
  terminal.out(
    `would ask ${server} for a code as ${clientId} (${scopes.join(' ') || 'no scopes'}),\n` +
      `keep the tokens in ${file}, and send the access token to ${origin} only\n`,
  );
}

/** The address is data, so that a script can open it. */
function printPrompt(terminal: Terminal, prompt: DevicePrompt, isJson: boolean): void {
  if (isJson) {
    printLine(terminal, { step: 'confirm', ...prompt });
    return;
  }
  terminal.talk('Open this address and confirm the code:\n');
  terminal.out(`${prompt.verificationUriComplete ?? prompt.verificationUri}\n${prompt.userCode}\n`);
  terminal.talk('Waiting…\n');
}

function printDone(
  terminal: Terminal,
  runtime: Runtime,
  { login, isJson }: { readonly login: Login; readonly isJson: boolean },
): void {
  const { provider, label, subject, origin, tokens } = login;
  const id = loginName(login);
  const [first] = runtime.config().providers.get(provider)?.credentials ?? [];
  const shadowedBy = first === undefined || first.id === id ? undefined : first.id;
  const canRefresh = tokens.refresh !== undefined;
  if (isJson) {
    const facts = { id, provider, label, subject, origin, expiresAt: tokens.expiresAt };
    printLine(terminal, { step: 'done', ...facts, canRefresh, shadowedBy });
    return;
  }
  terminal.out(`logged in at ${provider} as ${label} (${id})\n`);
  if (!canRefresh)
    terminal.talk('The server gave no refresh token: the login ends with its access token.\n');
  if (shadowedBy !== undefined)
    terminal.talk(
      `${shadowedBy} is used before it: ${shellLine`holdfast auth list ${provider}`} shows the order.\n`,
    );
}

function printLine(terminal: Terminal, value: object): void {
  printJsonLine(terminal, { schema: 'holdfast.auth-login/1', ...value });
}
