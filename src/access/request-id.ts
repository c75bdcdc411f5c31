/** What a request is called in its answer, its record and its errors: made once, as soon as anything of ours may be said about it. */

import type { Host } from '../host.ts';

export function newRequestId(host: Host): string {
  return `hfr_${host.randomToken(12)}`;
}
