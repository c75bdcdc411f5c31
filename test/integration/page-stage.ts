/** A gateway with a page for tests: links, sessions, and requests as a browser writes them. */

import { afterAll, beforeAll } from 'vitest';
import type { LinkAnswer } from '../../src/gateway/admin/answers.ts';
import { addCallerKey } from '../../src/gateway/caller-keys.ts';
import { adminKey, type KeyedGateway, startKeyedGateway } from './keyed-gateway.ts';
import { type RawAnswer, sendRaw } from './raw-request.ts';

export interface PageStage extends KeyedGateway {
  readonly port: number;
  /** A whole request: `GET /ui/`, its headers without Host, and a body. */
  send(line: string, headers?: readonly string[], body?: string): Promise<RawAnswer>;
  /** A new link's path with its query. */
  link(shown?: string): Promise<string>;
  /** `name=value` of a new session. */
  enter(shown?: string): Promise<string>;
  /** The same for a caller's key, by the form. */
  enterWithKey(key: string): Promise<RawAnswer>;
  /** Makes a key of scope `call`. */
  addCaller(name: string): Promise<string>;
}

export async function openPageStage(gateway: object = {}): Promise<PageStage> {
  const stage = await startKeyedGateway((sim) => ({
    main: 'sim/sim/echo',
    providers: { sim: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
    gateway: { port: 0, ...gateway },
  }));
  const { port } = stage.gateway;
  const send: PageStage['send'] = (line, headers = [], body = '') => {
    const isNamed = headers.some((each) => /^host:/i.test(each));
    const own = [
      'connection: close',
      ...(isNamed ? [] : [`host: 127.0.0.1:${port}`]),
      ...(body === '' ? [] : [`content-length: ${Buffer.byteLength(body)}`]),
    ];
    return sendRaw(port, [
      `${[`${line} HTTP/1.1`, ...own, ...headers].join('\r\n')}\r\n\r\n${body}`,
    ]);
  };
  const link: PageStage['link'] = async (shown = adminKey) => {
    const { body } = await send('POST /admin/link', [`authorization: Bearer ${shown}`]);
    const { pathname, search } = new URL(JSON.parse(body).url);
    return `${pathname}${search}`;
  };
  return {
    ...stage,
    port,
    send,
    link,
    enter: async (shown) => cookieOf(await send(`GET ${await link(shown)}`)),
    enterWithKey: (key) =>
      send(
        'POST /ui/enter',
        [`origin: http://127.0.0.1:${port}`, 'content-type: application/x-www-form-urlencoded'],
        new URLSearchParams({ key }).toString(),
      ),
    addCaller: (name) => addCallerKey(stage.place, { name, scope: 'call' }),
  };
}

/** A stage, the session of a browser there, and the Origin that its page sends, as a header. */
interface OpenedPage {
  readonly stage: PageStage;
  readonly session: string;
  readonly own: string;
}

/** Opens one stage for all tests of a file. `take` is called before the first of them. */
export function openPageForAll(take: (opened: OpenedPage) => void): void {
  let stop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const stage = await openPageStage();
    stop = stage.stop;
    const session = await stage.enter();
    take({ stage, session, own: `origin: http://127.0.0.1:${stage.port}` });
  });
  afterAll(() => stop?.());
}

/** What the page sends with a change. */
export const json = 'content-type: application/json';

export async function makeLink(url: string): Promise<string> {
  const headers = { authorization: `Bearer ${adminKey}` };
  const made = await fetch(`${url}/admin/link`, { method: 'POST', headers });
  const answer: LinkAnswer = JSON.parse(await made.text());
  return answer.url;
}

export function cookieOf({ headers }: RawAnswer): string {
  return headers['set-cookie']?.split(';')[0] ?? '';
}
