/**
 * Logins and gateways in front of an API, which look at no key of it: by their own headers, codes
 * and pages (step 4 of a request). Data and pure functions.
 */

import type { Headers } from '../../model/request.ts';
import { isRecord } from '../../protocols/json/is-record.ts';
import type { MatchFacts } from './match-signature.ts';

/** A login or a gateway in front of a server, and what lets programs through it. */
interface LoginInFront {
  readonly name: string;
  /** Headers to add, in words. Default: none would help. */
  readonly wants?: string;
  /** Its own header: with any value, or with one of these. Default: it is known by its code. */
  readonly header?: string;
  readonly is?: RegExp;
  /** The `internalCode` of its own error. */
  readonly internalCode?: string;
  /** On its page. */
  readonly page?: RegExp;
}

/**
 * By the rule of such an answer.
 * [D] https://developers.cloudflare.com/cloudflare-one/examples/any-service-token
 * [D] https://cloud.google.com/iap/docs/authentication-howto
 * [I] https://github.com/cloudflare/cloudflare-docs/pull/31050
 * [D] https://ngrok.com/docs/errors/err_ngrok_6024
 * [D] https://cloud.google.com/run/docs/authenticating/service-to-service
 * n/v: localtunnel, oauth2-proxy and AWS, from memory
 */
const loginsInFront: Readonly<Record<string, LoginInFront>> = {
  'login-cloudflare-access': {
    name: 'Cloudflare Access',
    wants: 'CF-Access-Client-Id and CF-Access-Client-Secret of a service token',
    header: 'cf-access-domain',
  },
  'login-cloudflare-redirect': {
    name: 'Cloudflare Access',
    wants: 'CF-Access-Client-Id and CF-Access-Client-Secret of a service token',
    header: 'location',
    is: /^https:\/\/[\w-]+\.cloudflareaccess\.com\//,
  },
  'login-google-iap': {
    name: "Google's Identity-Aware Proxy",
    wants: 'Proxy-Authorization: "Bearer …" with an identity token',
    header: 'x-goog-iap-generated-response',
  },
  'login-localtunnel': {
    name: 'the reminder page of localtunnel',
    wants: 'bypass-tunnel-reminder: "1"',
    page: /\bTunnel website ahead\b/,
  },
  'login-ngrok': {
    name: 'the warning page of ngrok',
    wants: 'ngrok-skip-browser-warning: "1"',
    header: 'ngrok-error-code',
    is: /^ERR_NGROK_6024$/,
  },
  'login-cloud-run': {
    name: "Google's own check of callers (IAM)",
    wants: 'X-Serverless-Authorization: "Bearer …" with an identity token',
    page: /\bYour client does not have permission to get URL\b/,
  },
  'login-aws-balancer': {
    name: 'the login of a load balancer of AWS',
    page: /<title>561 /,
  },
  'login-oauth2-proxy': {
    name: 'the login page of oauth2-proxy',
    header: 'location',
    is: /\/oauth2\/(start|sign_in)\b/,
  },
  'login-cloudflare-ai-gateway': {
    name: 'Cloudflare AI Gateway',
    wants: 'cf-aig-authorization: "Bearer …" with a token of that gateway',
    internalCode: '2009',
  },
};

/** Returns the login in front that such an answer came from. */
export function loginOf(rule: string): LoginInFront | undefined {
  return loginsInFront[rule];
}

/** Returns the rule of the login that answered. */
export function findLogin({ body, page = '' }: MatchFacts, headers: Headers): string | undefined {
  const { name, internalCode } = isRecord(body) ? body : {};
  const ownCode = name === 'AiGatewayError' ? String(internalCode) : undefined;
  return Object.keys(loginsInFront).find((rule) => {
    const { header, is, internalCode: code, page: onPage } = loginsInFront[rule] ?? {};
    if (code !== undefined) return code === ownCode;
    if (onPage !== undefined) return onPage.test(page);
    const value = header === undefined ? undefined : headers[header];
    return value !== undefined && (is?.test(value) ?? true);
  });
}
