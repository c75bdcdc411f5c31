/**
 * Tells the answer to a list of files or batches, once its request is over, without the objects of
 * other callers (step 6 of a request). Page by page: a page may come out shorter than was asked
 * for.
 */

import type { AccountBindings, AccountOwner } from '../../credentials/pool/account-bindings.ts';
import type { Redactor } from '../../credentials/redact/redact.ts';
import type { AccessRequest, ReplySink } from '../../model/request.ts';
import {
  isRecord,
  parseOrNothing,
  recordsIn,
  textsIn,
  type WireObject,
} from '../../protocols/json/is-record.ts';
import { isUnclaimed, listIds } from '../../protocols/passed/judge-passed.ts';
import { isPlainId, mayUse, sharedMaker } from '../select/makers.ts';
import type { Collected } from '../tasks/collected.ts';

interface AskedList {
  readonly bindings: AccountBindings;
  readonly redactor: Pick<Redactor, 'mentions'>;
  readonly request: Pick<AccessRequest, 'maker' | 'seesAll'>;
  /** Whose list it is. Undefined: it is an error. */
  readonly owner: AccountOwner | undefined;
}

/** Tells what this request may see, and remembers what is listed. An error is told as it is. */
export async function tellList(reply: Collected, asked: AskedList, face: ReplySink): Promise<void> {
  const { status, headers, ending } = reply;
  const whole = reply.bytes();
  if (ending === 'whole') {
    const list = asked.owner && parseOrNothing(whole.toString('utf8'));
    const seen = isRecord(list) ? await filterList(list, asked) : undefined;
    const body = seen === undefined ? whole : Buffer.from(JSON.stringify(seen));
    face.head(status, { ...headers, 'content-length': String(body.length) });
    face.end(body);
  } else if (ending === 'cut') {
    face.head(status, headers);
    face.write(whole);
    if (face.cut === undefined) face.end();
    else face.cut();
  }
}

/** Undefined: nothing is left out. */
async function filterList(
  list: WireObject,
  { bindings, redactor, request, owner: account }: AskedList,
): Promise<WireObject | undefined> {
  const objects = recordsIn(list['data']);
  const owners = await bindings.ownersOf(objects.flatMap(({ id }) => textsIn(id)));
  const seen = objects.filter((object) => {
    const [id = ''] = textsIn(object['id']);
    const known = owners.get(id);
    const isHidden = known === undefined && isUnclaimed(object);
    // What comes with a batch belongs to whom that belongs to.
    const owner = known ?? account;
    if (owner !== undefined && !isHidden) {
      const names = listIds(object).filter((name) => isPlainId(name, redactor));
      bindings.remember(names, { ...owner, isLasting: true });
    }
    return mayUse(request, isHidden ? sharedMaker : known?.maker);
  });
  return seen.length === objects.length ? undefined : { ...list, data: seen };
}
