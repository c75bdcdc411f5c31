/**
 * Says whether the loopback address of this program is one of its own: inside a container, and
 * inside WSL, which is a machine beside Windows.
 */

import type { Environment, Host } from '../host.ts';
import { isThere } from './look-at.ts';

type Inside = 'container' | 'wsl';

/**
 * Docker and Podman make these files; the variables are Kubernetes' and WSL's. [D]
 * https://docs.podman.io/en/latest/markdown/podman-run.1.html,
 * https://learn.microsoft.com/windows/wsl/filesystems; n/v: /.dockerenv
 */
export function findInside({
  environment,
  files,
}: {
  readonly environment: Pick<Environment, 'get'>;
  readonly files: Pick<Host['files'], 'stamp'>;
}): Inside | undefined {
  if (environment.get('WSL_DISTRO_NAME') || environment.get('WSL_INTEROP')) return 'wsl';
  const isInside =
    Boolean(environment.get('KUBERNETES_SERVICE_HOST')) ||
    ['/.dockerenv', '/run/.containerenv'].some((path) => isThere(files, path));
  return isInside ? 'container' : undefined;
}
