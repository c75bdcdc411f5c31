/**
 * Sessions of browsers: a cookie names the key that opened it and its end, signed with the admin
 * key. Nothing is stored, so it survives a restart; a new admin key ends every session
 * (docs/decisions/0018-the-door-of-the-page.md).
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { GatewaySettings } from '../../config/resolved/resolved.ts';
import type { Clock } from '../../host.ts';
import type { Headers } from '../../model/request.ts';
import type { CallerKeys } from '../caller-keys.ts';
import { adminHolder, type KeyHolder } from '../incoming.ts';
import { checkOwnPage, toVisit, type Visit } from './visit.ts';

/** A page stays open for weeks, and a lost computer should not open it for ever. */
const lastsMs = 30 * 24 * 60 * 60_000;

/** The owner of admin.key; any other is the hash of its key, as caller-keys.json has it. */
const adminWho = 'admin';

export interface SessionParts {
  readonly adminKey: () => string;
  readonly callerKeys?: CallerKeys | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly settings: () => GatewaySettings;
}

export class Sessions {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** The owner of the key that opened it; undefined without one. Throws a 403 for another page. */
  find(headers: Headers): KeyHolder | undefined {
    const settings = this.#parts.settings();
    const { cookie = '' } = headers;
    if (!settings.ui || cookie === '') return undefined;
    const visit = toVisit(headers, settings);
    if (!visit.isPrivate) return undefined;
    // A page at another port can set a cookie of this name for a longer path: it comes first.
    const holder = readCookies(cookie, cookieName(visit))
      .map((text) => this.#open(text))
      .find((found) => found !== undefined);
    if (holder !== undefined) checkOwnPage(headers, visit);
    return holder;
  }

  /** Returns the `set-cookie` of a new session. */
  begin(who: string, visit: Visit): string {
    const endsAt = this.#parts.clock.now() + lastsMs;
    const claim = `${who}.${endsAt}`;
    return [
      `${cookieName(visit)}=${claim}.${this.#sign(claim)}`,
      'Path=/',
      'HttpOnly',
      'SameSite=Strict',
      `Max-Age=${lastsMs / 1000}`,
      ...(visit.isHttps ? ['Secure'] : []),
    ].join('; ');
  }

  #open(text: string): KeyHolder | undefined {
    const [claim = '', who = '', end] = /^([\w-]+)\.(\d{1,16})(?=\.[\w-]{43}$)/.exec(text) ?? [];
    const signature = Buffer.from(text.slice(claim.length + 1));
    const expected = Buffer.from(this.#sign(claim));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
      return undefined;
    const now = this.#parts.clock.now();
    const holder = who === adminWho ? adminHolder : this.#parts.callerKeys?.find(who);
    const sessionEndsAt = Math.min(Number(end), holder?.expiresAt ?? Number.POSITIVE_INFINITY);
    return holder && sessionEndsAt > now ? { ...holder, sessionEndsAt } : undefined;
  }

  #sign(claim: string): string {
    const key = this.#parts.adminKey();
    return createHmac('sha256', key).update(`holdfast session\n${claim}`).digest('base64url');
  }
}

/** The name of a key's owner inside a session. */
export function whoIs({ hash }: KeyHolder): string {
  return hash ?? adminWho;
}

/** Cookies know no ports: two gateways on one machine must not overwrite each other's. */
function cookieName({ isHttps, port }: Visit): string {
  return `holdfast_${port || (isHttps ? 443 : 80)}`;
}

function readCookies(header: string, name: string): readonly string[] {
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}
