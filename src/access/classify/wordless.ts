/**
 * Names an answer that is an error and has no words for it: an empty body, a page, a redirect (step
 * 4 of a request).
 */

import type { Headers } from '../../model/request.ts';
import { findFront } from '../../protocols/body/fronts.ts';
import { describePage, readSentence, readTitle } from '../../protocols/body/json-body.ts';
import { findWebApp } from '../../protocols/body/web-apps.ts';
import { hideLinks } from './links.ts';
import { describeRedirect } from './way-in.ts';

interface WordlessAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The proxy that got the request and its answer to read. Default: none. */
  readonly proxy?: string | undefined;
  readonly redact: (text: string) => string;
}

/** Where a redirect leads, or whose web app a page is. Undefined: neither is known. */
export function findPlace(
  { status, headers, redact }: WordlessAnswer,
  page = '',
): string | undefined {
  const place = isRedirect(status)
    ? describeRedirect(headers['location'] ?? '')
    : findWebApp(readTitle(page))?.name;
  return place && redact(place);
}

/** What came, in place of the words that it had none of. */
export function describeWordless(answer: WordlessAnswer, page = '', leadsTo = ''): string {
  const { status, proxy } = answer;
  if (isRedirect(status) && leadsTo !== '') return `HTTP ${status}, a redirect to ${leadsTo}`;
  if (status < 300) return `the answer was ${describeCame(answer, page)}`;
  const through = page === '' || proxy === undefined ? '' : `, through the proxy ${proxy}`;
  return `HTTP ${status} with ${describeCame(answer, page)}${through}`;
}

/** What came as the body: nothing, or whose page. */
export function describeCame({ headers, redact }: WordlessAnswer, page = ''): string {
  if (page === '') {
    const front = findFront(headers);
    const whose = front?.isTerse === true ? 'of' : 'through';
    return front === undefined ? 'an empty body' : `an empty body ${whose} ${front.name}`;
  }
  const title = redact(readTitle(page));
  const [, reference, code = reference] = referenceOf.exec(withoutEntities(page)) ?? [];
  const told = redact(hideLinks(readSentence(page)));
  const number =
    code === undefined || told.includes(code) ? '' : `, with the reference ${redact(code)}`;
  const sentence = told === '' ? '' : `, which says "${told}"`;
  return `${describePage(page, headers)}${title === '' ? '' : `, titled "${title}"`}${sentence}${number}`;
}

/** By which whoever runs it finds why: of Akamai, Imperva, CloudFront and F5; and ngrok's code. */
const referenceOf =
  /\b(?:reference #|incident ID:? ?|request ID: |support ID is: ?|attack ID: ?)([\w.=-]{8,80})|\((ERR_NGROK_\d+)\)/i;

/** Akamai writes even its numbers with them. */
function withoutEntities(page: string): string {
  return page.replaceAll(/&#(\d{2,3});/g, (_all, number) => String.fromCharCode(Number(number)));
}

/** An API never redirects: what does is a login, a proxy, or another address of the API. */
export function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}
