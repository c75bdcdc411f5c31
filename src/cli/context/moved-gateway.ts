/** Explains a gateway of this home that listens elsewhere than its configuration says by now. */

import type { RunFacts } from '../../gateway/run-file.ts';
import { type ConfiguredPlace, readFileUrl } from './configured-url.ts';
import { type MuteGateway, nameOwn } from './mute-gateway.ts';

/** Undefined where a flag or a variable has said where it listens: the file does not count then. */
export function explainMoved(running: RunFacts, place: ConfiguredPlace): MuteGateway | undefined {
  if (running.isAsConfigured !== true) return undefined;
  const { environment } = place;
  const get = (name: string): string | undefined =>
    /^HOLDFAST_(HOST|PORT)$/.test(name) ? undefined : environment.get(name);
  const url = readFileUrl({ ...place, environment: { get, all: () => environment.all() } });
  if (url === undefined || url === running.url) return undefined;
  return {
    what: `${nameOwn(running)} listens where it was started; the configuration says ${url} now`,
    fix: { text: 'restart it: an address counts from the next start' },
  };
}
