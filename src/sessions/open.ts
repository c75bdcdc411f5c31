/** The sessions of this user: on disk, or in memory where the configuration wants nothing to be written. */

import type { Paths } from '../config/files/paths.ts';
import type { SessionSettings } from '../config/resolved.ts';
import type { Host } from '../host.ts';
import type { SessionStore } from './session.ts';
import { SqliteSessions } from './store.ts';

/** Without settings it is for looking and erasing: nothing is erased unasked. Opens nothing until something is asked for. */
export function openSessions(
  host: Host,
  { sessionsFile }: Pick<Paths, 'sessionsFile'>,
  settings?: SessionSettings,
): SessionStore {
  const path = settings?.save === false ? undefined : sessionsFile;
  return new SqliteSessions({ host, path, limits: settings });
}
