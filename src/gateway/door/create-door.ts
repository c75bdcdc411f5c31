/** Builds the ring of keys and the door of the page, which share the sessions of browsers. */

import type { GatewaySettings } from '../../config/resolved/resolved.ts';
import type { Runtime } from '../../runtime.ts';
import type { CallerKeys } from '../caller-keys.ts';
import { createKeyRing, type KeyRing } from '../incoming.ts';
import { Page } from '../page/page.ts';
import { Door } from './door.ts';
import { Links } from './links.ts';
import { Sessions } from './sessions.ts';

export interface DoorOptions {
  readonly runtime: Pick<Runtime, 'host'>;
  readonly key: string;
  readonly adminKey?: string | (() => string);
  readonly callerKeys?: CallerKeys;
  readonly settings: () => GatewaySettings;
  /** Where the gateway listens. */
  readonly url: () => string;
}

/** Throws `AccessError` if both keys are the same. */
export function createDoor({ adminKey, ...options }: DoorOptions): {
  readonly ring: KeyRing;
  readonly door: Door;
} {
  const { runtime, key, callerKeys, settings, url } = options;
  const { clock, environment } = runtime.host;
  const readAdminKey = typeof adminKey === 'string' ? () => adminKey : adminKey;
  const sessions =
    readAdminKey && new Sessions({ adminKey: readAdminKey, callerKeys, clock, settings });
  const isOfVariable = environment.get('HOLDFAST_GATEWAY_KEY')?.trim() === key;
  const keys = { key, isOfVariable, adminKey: readAdminKey, callerKeys };
  const ring = createKeyRing({ ...keys, sessions, clock });
  const links = new Links(runtime.host);
  return { ring, door: new Door({ ring, sessions, links, files: new Page(runtime.host), url }) };
}
