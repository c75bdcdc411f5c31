/** Who answered is known by its own signs, and what it says of the server behind it. */

import { describe, expect, it } from 'vitest';
import { findFront, frontIn, isOfGateway, saysAbsent } from './fronts.ts';
import { describePage } from './json-body.ts';

type Headers = Readonly<Record<string, string>>;

const seen: readonly (readonly [name: string, headers: Headers, page: string])[] = [
  ['an nginx proxy', {}, '<center>nginx/1.24.0</center>'],
  ['an nginx proxy', { server: 'nginx' }, ''],
  ['a Caddy proxy', { server: 'Caddy' }, ''],
  ['Render', { 'x-render-routing': 'dynamic-error', server: 'cloudflare' }, ''],
  ['Heroku', { server: 'Heroku', via: '1.1 vegur' }, '<iframe src="//www.herokucdn.com/e">'],
  ['Railway', { server: 'railway-edge' }, ''],
  ['CloudFront', { 'x-cache': 'Error from cloudfront' }, ''],
  ['Akamai', { server: 'AkamaiGHost' }, '<H1>Access Denied</H1>'],
  ['Imperva', { 'x-iinfo': '9-1-0' }, ''],
  ['a web filter', {}, '<h1>Access to this site is blocked by company policy</h1>'],
  ['a web filter', { via: '1.1 x (Blue Coat ProxySG)' }, '<h1>Denied</h1>'],
  ['a web filter', {}, 'Your request was denied because of its content categorization: "AI"'],
  ['a front end of Google (Cloud Run, or a load balancer)', { via: '1.1 google' }, ''],
  ['an Envoy proxy', { server: 'istio-envoy' }, ''],
];

describe('who stands in front', () => {
  it.each(seen)('is %s by %j and %j', (name, headers, page) => {
    expect(findFront(headers, page)?.name).toBe(name);
    const told = describePage(`<html>${page}</html>`, headers);
    expect(told).toBe(`an HTML page of ${name}`);
    expect(frontIn(`HTTP 502 with ${told}, titled "x"`)?.name).toBe(name);
  });

  it.each<[Headers, string]>([
    [{}, ''],
    [{ 'set-cookie': 'by=nginx' }, ''],
    [{ server: 'uvicorn' }, '<h1>the policy of this page</h1>'],
  ])('is nobody by %j and %j', (headers, page) => {
    expect(findFront(headers, page)).toBe(undefined);
  });

  it.each<[boolean, Headers, string]>([
    [true, { server: 'awselb/2.0' }, '<h1>503 Service Temporarily Unavailable</h1>'],
    [false, { server: 'awselb/2.0' }, '<h1>502 Bad Gateway</h1>'],
    [true, {}, 'No server is available to handle this request.'],
    [true, { 'x-render-routing': 'no-server' }, ''],
    [false, { 'x-render-routing': 'dynamic-error' }, ''],
    [true, { server: 'envoy' }, 'no healthy upstream'],
    [false, { server: 'envoy' }, 'upstream connect error, reset reason: connection termination'],
    [true, { 'ngrok-error-code': 'ERR_NGROK_3200' }, ''],
    [false, { 'ngrok-error-code': 'ERR_NGROK_727' }, ''],
    [false, { server: 'nginx' }, '<h1>503 Service Temporarily Unavailable</h1>'],
  ])('says that nobody is behind it: %s, by %j and %j', (isAbsent, headers, text) => {
    const front = findFront(headers, text);
    expect(front !== undefined && saysAbsent(front, headers, text)).toBe(isAbsent);
  });

  it('speaks of the server behind it by its status', () => {
    const all = [500, 501, 502, 503, 504, 505, 520, 524, 527, 528, 529, 530, 561];
    expect(all.filter(isOfGateway)).toEqual([502, 503, 504, 520, 524, 527, 530]);
  });
});
