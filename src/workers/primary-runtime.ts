/** The runtime of a primary, on a way to the state file that its workers share. */

import { resolvePaths } from '../config/files/paths.ts';
import { createNodeHost } from '../host/node-host.ts';
import type { EventListener } from '../model/events.ts';
import { createRuntime, type Runtime, type RuntimeOptions } from '../runtime.ts';
import { openChannel } from '../store/open.ts';
import { SharedChannel } from '../store/shared-channel.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { foldEvents } from './folded-events.ts';

/** Throws `ConfigError` if there is no usable configuration. */
export function openPrimaryRuntime(options: RuntimeOptions & { readonly onEvent: EventListener }): {
  readonly runtime: Runtime;
  readonly store: SharedChannel;
} {
  const host = options.host ?? createNodeHost();
  const { stateFile } = resolvePaths(host.environment);
  const { onEvent: emit } = options;
  let shared: SharedChannel | undefined;
  const runtime = createRuntime({
    ...options,
    onEvent: foldEvents(host.clock, emit),
    host,
    store: (fleet) => {
      shared = new SharedChannel(openChannel('thread', { host, path: stateFile, emit, fleet }));
      return new SqliteStore(host, shared.join());
    },
  });
  if (shared === undefined) throw new TypeError('the runtime has opened no store');
  return { runtime, store: shared };
}
