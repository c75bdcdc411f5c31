/** Makes a place for a socket that only this user may open: gateways of one home talk there. */

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AccessError } from '../errors.ts';
import type { Host } from '../host.ts';

/** In bytes: `sun_path` of macOS and BSD has 104 with the NUL at its end, that of Linux 108. */
const longestPath = 103;

export interface PrivateSocket {
  /** Of a socket file that is still to be made, or of a named pipe on Windows. */
  readonly path: string;
  /** Removes it with its folder. */
  remove(): void;
}

/**
 * Its folder has mode 0700 and a random name: what a killed process left behind is in nobody's way.
 * It is in `home` where no folder for short-lived files can be written or has a path that is short
 * enough. Throws `AccessError` where there is no place.
 */
export function createPrivateSocket(
  { environment, platform, randomToken }: Pick<Host, 'environment' | 'platform' | 'randomToken'>,
  home: string,
): PrivateSocket {
  if (platform === 'win32')
    return { path: `\\\\.\\pipe\\holdfast-${randomToken(18)}`, remove: () => undefined };
  const places = [environment.get('XDG_RUNTIME_DIR'), environment.get('TMPDIR'), '/tmp', home];
  const tried: string[] = [];
  for (const place of places) {
    if (!place?.startsWith('/')) continue;
    const made = createIn(place);
    if (typeof made !== 'string') return made;
    tried.push(`${place}: ${made}`);
  }
  throw new AccessError('config-invalid', `no folder takes a socket (${tried.join('; ')})`, {
    fix: 'set TMPDIR to a folder with a short path that can be written',
  });
}

/** Returns why that folder does not do. */
function createIn(place: string): PrivateSocket | string {
  const prefix = join(place, 'holdfast-');
  const length = Buffer.byteLength(join(`${prefix}XXXXXX`, 's'));
  if (length > longestPath) return `its path would have ${length} bytes, ${longestPath} at most`;
  try {
    const folder = mkdtempSync(prefix); // node makes it with 0700
    return {
      path: join(folder, 's'),
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
