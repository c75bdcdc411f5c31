/** Opens a link in the browser of this person's desktop, where there is one. */

import type { Host } from '../../host.ts';

/** The opener itself goes to the background at once. */
const timeoutMs = 5000;

/**
 * Returns false where no browser can be opened. The link is given in a variable; the opener shows
 * it to other users of this machine in its arguments.
 */
export async function openInBrowser(
  { environment, platform, run }: Pick<Host, 'environment' | 'platform' | 'run'>,
  url: string,
): Promise<boolean> {
  const opener = findOpener(environment.all(), platform);
  if (opener === undefined) return false;
  const line = `command -v ${opener} >/dev/null && { ${opener} "$HOLDFAST_LINK" >/dev/null 2>&1 & }`;
  const result = await run([line], {
    shell: true,
    timeoutMs,
    outputLimit: 1024,
    environment: { ...environment.all(), HOLDFAST_LINK: url },
    signal: new AbortController().signal,
  });
  return result.ended === 'exited' && result.status === 0;
}

/** Over SSH there is a desktop only where X11 is forwarded. */
function findOpener(
  variables: Readonly<Record<string, string>>,
  platform: string,
): string | undefined {
  if (platform === 'darwin') return 'open';
  if (variables['WSL_DISTRO_NAME'] !== undefined) return 'explorer.exe';
  const hasDesktop = Boolean(variables['DISPLAY'] || variables['WAYLAND_DISPLAY']);
  return hasDesktop ? 'xdg-open' : undefined;
}
