/** Puts together what logins need: their file, its writer, their renewal. Called by the composition root. */

import type { CredentialsFile } from '../../config/files/credentials-file.ts';
import type { Host } from '../../host.ts';
import type { EventListener } from '../../model/events.ts';
import type { RenewedToken } from '../../model/oauth.ts';
import type { Redactor } from '../redact.ts';
import { Logins } from './logins.ts';
import { Renewer } from './renewer.ts';
import { LoginVault } from './vault.ts';

export interface CreateLoginsParts {
  readonly host: Host;
  readonly credentialsFile: CredentialsFile;
  readonly redactor: Redactor;
  readonly onEvent: EventListener;
  readonly onRenewed: (renewed: RenewedToken) => void;
}

export function createLogins(parts: CreateLoginsParts): Logins {
  const { host, credentialsFile, redactor, onEvent, onRenewed } = parts;
  const { path } = credentialsFile;
  const vault = new LoginVault({ file: credentialsFile, place: { host, path }, redactor });
  const renewer = new Renewer({ host, vault, path, redact: (text) => redactor.redact(text) });
  return new Logins({ host, vault, renewer, onEvent, onRenewed });
}
