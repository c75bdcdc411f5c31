/**
 * Reads JSON from the wire without throwing, and describes what is not JSON (steps 3, 4 and 6 of a
 * request).
 */

import type { Operation } from '../../model/protocol.ts';
import type { Headers } from '../../model/request.ts';
import type { BodyVerdict, Protocol } from '../contract/protocol.ts';
import { parseShallow } from '../json/depth.ts';
import { parseExactOrNothing } from '../json/exact-json.ts';
import { isRecord, parseOrNothing } from '../json/is-record.ts';
import { describeEdgeCode, readEdgeCode } from './edge-codes.ts';

/** Parses a whole answer and judges it. */
export function judgeText(text: string, judge: Judge, operation: Operation): BodyVerdict {
  const body = parseOrNothing(text);
  return isRecord(body) ? judge.judgeAnswer(body, operation) : malformed(text);
}

/** Does the same for a translated answer, keeping the numbers in tool inputs as written. */
export function judgeTranslated(text: string, judge: Judge): BodyVerdict {
  const body = parseShallow(text, parseExactOrNothing);
  return isRecord(body) ? judge.judgeAnswer(body, 'generate') : malformed(text);
}

type Judge = Pick<Protocol, 'judgeAnswer'>;

function malformed(text: string): BodyVerdict {
  return { kind: 'malformed', detail: describeBody(text) };
}

/** Events begin so, whatever type their server gives them. */
const eventsStart = /^(data|event|id): ?\S|^: /;

/** Describes a body that should have been one JSON object. */
export function describeBody(text: string): string {
  const start = text.trimStart();
  if (start === '') return 'an empty body';
  if (start.startsWith('<')) return describePage(text);
  return eventsStart.test(start)
    ? 'a stream of events under another type'
    : 'a body that is not one JSON object';
}

/** Finds the sender of an error page in front of an API. */
const pageWriters: readonly (readonly [sign: RegExp, name: string])[] = [
  [/\bngrok\b/i, 'an ngrok tunnel'],
  [/\bcloudflare\b|cf-ray/i, 'Cloudflare'],
  [/\bheroku\b/i, 'Heroku'],
  [
    /\(squid\/|\bsquid\b|ERR_(ACCESS_DENIED|CONNECT_FAIL|DNS_FAIL|CANNOT_FORWARD)/i,
    'a Squid proxy',
  ],
  [/\bopenresty\b/i, 'an OpenResty proxy'],
  [/\bnginx\b/i, 'an nginx proxy'],
  [/\bhaproxy\b|no server is available to handle this request/i, 'an HAProxy'],
  [/\bawselb\b/i, 'a load balancer of AWS'],
  [/\bakamai|edgesuite\.net/i, 'Akamai'],
  [/\bvarnish\b|guru meditation/i, 'a Varnish proxy'],
  [/\bzscaler\b/i, 'a Zscaler proxy'],
  [/\bforti(guard|gate|net|proxy)\b/i, 'a Fortinet web filter'],
  [/\bnetskope\b/i, 'a Netskope proxy'],
  [/\b(opendns|cisco umbrella)\b/i, 'Cisco Umbrella'],
  [/\bcaddy\b/i, 'a Caddy proxy'],
  [/\btraefik\b/i, 'a Traefik proxy'],
  [/\bapache(\/[\d.]+| server at)\b/i, 'an Apache proxy'],
  [
    /captive.?portal|hotspot|network (login|authentication)|(sign|log) ?in to (the |this )?(network|wi-?fi)/i,
    'a captive portal',
  ],
  [
    /\b(palo alto networks|sophos|barracuda|lightspeed|forcepoint|websense|securly|smoothwall)\b|\bweb ?(page|site) (is |has been )?blocked\b/i,
    'a web filter',
  ],
];

/** True for a description of a page whose sender filters what a network may see. */
export function namesWebFilter(described: string): boolean {
  return /\bpage of (a (Fortinet )?web filter|a Zscaler proxy|a Netskope proxy|Cisco Umbrella)\b/.test(
    described,
  );
}

/**
 * The first tag of an HTML page, after a declaration and comments. XML from an API has other tags.
 */
const pageStart =
  /^(?:[\s\ufeff]|<\?xml[^>]*>|<!--(?:(?!-->)[\s\S])*-->)*<(?:!doctype\s+html|(?:html|head|body|title|meta|link|script|style|center|h[1-6]|div|p|pre|table|font|form|iframe|br|hr)\b)/i;

/** Cloudflare's page as it is shown to programs. */
const codeAlone = /^error code: 1\d{3}\s*$/;

/** True if the text is a web page. */
export function isPage(text: string): boolean {
  return pageStart.test(text) || codeAlone.test(text);
}

/**
 * Describes a web page and its sender, named in the text or in its headers, since it is not the
 * provider's own.
 */
export function describePage(text: string, headers: Headers = {}): string {
  const edge = readEdgeCode(text);
  if (edge !== undefined) return describeEdgeCode(edge);
  const { server = '', 'ngrok-error-code': tunnel = '' } = headers;
  const signs = [server, tunnel, text];
  const found = pageWriters.find(([sign]) => signs.some((one) => sign.test(one)));
  return found === undefined ? 'an HTML page' : `an HTML page of ${found[1]}`;
}

/** Nobody reads more; a page may put anything into its title. */
const maxTitleLength = 80;

/** Returns a page's title in one line, without entities and quotation marks. Default: empty. */
export function readTitle(text: string): string {
  const [, title = ''] = /<title[^>]{0,100}>([^<]{1,400})/i.exec(text) ?? [];
  const plain = title.replace(/(&[#\w]{1,10};|["\p{Cc}\s])+/gu, ' ').trim();
  return plain.length > maxTitleLength ? `${plain.slice(0, maxTitleLength)}…` : plain;
}
