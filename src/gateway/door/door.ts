/**
 * The door of the page: who opens `/ui/`, with which link, key or session. What stands behind it
 * are files without any data; the data come from the admin API, which asks for the session itself.
 */

import { isLoopback } from '../../config/resolve/resolve-gateway.ts';
import type { GatewaySettings } from '../../config/resolved/resolved.ts';
import { RequestError } from '../../errors.ts';
import type { Headers } from '../../model/request.ts';
import type { LinkAnswer } from '../admin/answers.ts';
import { readSmallBody } from '../admin/queries.ts';
import {
  adminRoot,
  enterPath,
  type Incoming,
  type KeyHolder,
  type KeyRing,
  pageRoot,
  scopeWrong,
} from '../incoming.ts';
import type { Page } from '../page/page.ts';
import { methodNotTaken } from '../refusals.ts';
import type { Links } from './links.ts';
import { pageHeaders } from './page-headers.ts';
import { type Sessions, whoIs } from './sessions.ts';
import { askToEnter } from './sorry.ts';
import { checkOwnPage, isOfType, toVisit, type Visit } from './visit.ts';

export interface DoorParts {
  readonly ring: Pick<KeyRing, 'identify'>;
  /** Absent without an admin key: then there is no page. */
  readonly sessions: Sessions | undefined;
  readonly links: Links;
  readonly files: Pick<Page, 'answer'>;
  /** Where the gateway listens. */
  readonly url: () => string;
}

type AtDoor = Pick<Incoming, 'request' | 'response' | 'path' | 'query' | 'headers' | 'config'>;

export class Door {
  readonly #parts: DoorParts;

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  /** Rejects with `RequestError`. */
  async answer(incoming: AtDoor): Promise<void> {
    const { request, response, path, headers, config } = incoming;
    const { sessions, files } = this.#parts;
    if (!config.gateway.ui || sessions === undefined) throw pageOff(path);
    const visit = toVisit(headers, config.gateway);
    if (!visit.isPrivate) throw notPrivate(visit);
    if (this.#leadToLinkHost(incoming, visit)) return;
    checkOwnPage(headers, visit);
    if (path === enterPath) return this.#enter(incoming, visit, sessions);
    if (sessions.find(headers) === undefined) return askToEnter(response);
    for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
    return files.answer(path, request, response);
  }

  /**
   * Returns the address of a link that works once. Throws a 403 for a session: it would outlive its
   * own end.
   */
  makeLink(holder: KeyHolder, forMs: number, settings: GatewaySettings): LinkAnswer {
    if (!settings.ui) throw pageOff(pageRoot);
    if (holder.sessionEndsAt !== undefined) throw linkNeedsKey();
    const base = settings.publicUrl ?? toLinkUrl(this.#parts.url());
    const visit = toVisit({ host: new URL(base).host }, settings);
    if (!visit.isPrivate) throw notPrivate(visit);
    const { id, until } = this.#parts.links.make(whoIs(holder), forMs);
    return { url: `${base}${enterPath}?link=${id}`, until };
  }

  /** Cookies know hosts: a browser at `localhost` would not send those of `127.0.0.1`. */
  #leadToLinkHost({ request, response }: AtDoor, { hostname, port, isHttps }: Visit): boolean {
    const wanted = new URL(toLinkUrl(this.#parts.url())).hostname;
    if (isHttps || hostname !== 'localhost' || wanted === hostname || !isLoopback(wanted))
      return false;
    const { method, url = '' } = request;
    if (method !== 'GET' && method !== 'HEAD') return false;
    const location = `http://${wanted}${port === '' ? '' : `:${port}`}${url}`;
    response.writeHead(307, { ...pageHeaders, location }).end();
    return true;
  }

  async #enter(incoming: AtDoor, visit: Visit, sessions: Sessions): Promise<void> {
    const { request, response, path, query } = incoming;
    const { method } = request;
    if (method !== 'GET' && method !== 'POST') throw methodNotTaken(path, method, 'GET, POST');
    const who =
      method === 'GET'
        ? this.#parts.links.take(new URLSearchParams(query).get('link') ?? '')
        : whoIs(await this.#readKey(incoming));
    if (who === undefined) throw linkOver();
    response.writeHead(303, {
      ...pageHeaders,
      location: `${pageRoot}/`,
      'set-cookie': sessions.begin(who, visit),
    });
    response.end();
  }

  /** Throws a 403 for a key that opens nothing of the admin API, not even its own. */
  async #readKey({ request, headers }: AtDoor): Promise<KeyHolder> {
    if (headers['origin'] === undefined || !isOfType(headers, 'application/x-www-form-urlencoded'))
      throw notTheForm();
    const body = await readSmallBody(request, 'send key=…');
    const key = new URLSearchParams(body).get('key')?.trim() ?? '';
    const shown: Headers = { 'x-api-key': key };
    const holder = this.#parts.ring.identify({ headers: shown, query: '', path: adminRoot });
    if (holder.scope === 'metrics' || holder.name === undefined) throw scopeWrong(holder, 'admin');
    return holder;
  }
}

/** Nobody can open a wildcard address. */
function toLinkUrl(listens: string): string {
  return listens.replace(/\/\/(0\.0\.0\.0|\[::\])(?=:)/, '//127.0.0.1');
}

function pageOff(path: string): RequestError {
  return new RequestError(
    'route-unknown',
    `there is no route ${path}: the page is switched off (gateway.ui)`,
    {
      status: 404,
      fix: 'holdfast config set gateway.ui true',
    },
  );
}

function notPrivate({ hostname }: Visit): RequestError {
  return new RequestError(
    'host-not-allowed',
    `the page is not shown at ${hostname} over plain http: the network would see its cookie`,
    {
      status: 403,
      fix: 'open it at 127.0.0.1 (ssh -L 4653:127.0.0.1:4653 SERVER leads there), or put https in front and set gateway.public_url',
    },
  );
}

function linkOver(): RequestError {
  return new RequestError('gateway-key-wrong', 'this link has been used, or its time is over', {
    status: 401,
    fix: 'holdfast ui',
  });
}

function linkNeedsKey(): RequestError {
  return new RequestError('key-not-allowed', 'a session of the page makes no links', {
    status: 403,
    fix: 'holdfast ui',
  });
}

function notTheForm(): RequestError {
  return new RequestError('request-invalid', 'this is not the form of the page', {
    fix: `open ${pageRoot}/ and enter the key there`,
  });
}
