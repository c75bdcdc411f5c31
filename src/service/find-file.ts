/** Finds where the supervisor of this machine keeps services, and whether ours is there. */

import { findListener } from '../host/find-listener.ts';
import { isThere } from '../host/look-at.ts';
import type { Environment, Files } from '../host.ts';
import type { ServiceScope } from './plan.ts';
import { launchd, type SupervisorPlace, systemd } from './supervisor.ts';
import { readStream, streamOf } from './systemd-socket.ts';

export function findSupervisorPlace(
  { environment }: { readonly environment: Pick<Environment, 'get'> },
  scope: ServiceScope,
  home: string,
): SupervisorPlace {
  return {
    scope,
    home,
    configHome: environment.get('XDG_CONFIG_HOME') ?? `${home}/.config`,
    userId: '',
  };
}

interface Machine {
  readonly environment: Pick<Environment, 'get'>;
  readonly files: Pick<Files, 'stamp'>;
}

/**
 * Returns the file of an installed service, the user's or the system's. No machine has two
 * supervisors, so both places are looked at.
 */
export function findServiceFile(machine: Machine, scope: ServiceScope): string | undefined {
  const place = findSupervisorPlace(machine, scope, machine.environment.get('HOME') ?? '/');
  return [systemd(place).path, launchd(place).path].find((path) => isThere(machine.files, path));
}

/** Whether systemd listens there for our service, which the next connection starts. */
export function isHeldForService(
  machine: Machine & { readonly files: Pick<Files, 'readText'> },
  { address, port }: { readonly address: string; readonly port: number },
): boolean {
  const listener = findListener(address, port);
  const { program = 'systemd' } = listener?.process ?? {};
  if (listener === undefined || program !== 'systemd') return false;
  const home = machine.environment.get('HOME') ?? '/';
  const paths = (['user', 'system'] as const).map(
    (scope) => systemd(findSupervisorPlace(machine, scope, home)).socket?.path,
  );
  return paths.some(
    (path) =>
      path !== undefined &&
      isThere(machine.files, path) &&
      readStream(machine.files.readText(path)) === streamOf({ host: address, port }),
  );
}
