/** A request by its id, and by the machine of the fleet's member that has served it. */

import type { RequestRecord } from '../../model/record.ts';

/** For example `hfr_3fa1…`, or `hfr_3fa1… on web-2` where it was served elsewhere. */
export function nameRequest({ id, member }: Pick<RequestRecord, 'id' | 'member'>): string {
  return member === undefined ? id : `${id} on ${member}`;
}
