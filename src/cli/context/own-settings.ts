/** The configuration of this home for a command that only names its settings. */

import { locateSettings } from '../../config/resolved/locate-settings.ts';
import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import type { Host } from '../../host.ts';
import { isConfigUnusable, quietly, withRuntimeUnless } from './with-runtime.ts';

/** Undefined for one that cannot be used: other commands tell that. */
export function readSettings(host: Host): Promise<ResolvedConfig | undefined> {
  return withRuntimeUnless(isConfigUnusable, { ...quietly, host }, (runtime) => runtime.config());
}

/** Puts its place behind each setting that the text names. */
export async function locateInOwn(host: Host, text: string): Promise<string> {
  const config = await readSettings(host);
  return config === undefined ? text : locateSettings(text, config);
}
