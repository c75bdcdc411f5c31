/**
 * Logins and gateways in front of an API, which look at no key of it: by their own headers, codes
 * and pages (step 4 of a request). Data and pure functions.
 */

import type { Headers } from '../../model/request.ts';
import { isRecord } from '../../protocols/json/is-record.ts';
import type { MatchFacts } from './match-signature.ts';

/** A login or a gateway in front of a server, and what lets programs through it. */
export interface LoginInFront {
  readonly name: string;
  /** Headers to add, in words. Default: none would help. */
  readonly wants?: string;
  /** Its own header: with any value, or with one of these. Default: it is known by its code. */
  readonly header?: string;
  readonly is?: RegExp;
  /** The `internalCode` of its own error. */
  readonly internalCode?: string;
  /** What mends it, in place of headers. */
  readonly mend?: string;
  /** On its page. */
  readonly page?: RegExp;
  /** Its own sentence, without a page. */
  readonly says?: RegExp;
}

/**
 * By the rule of such an answer.
 * [D] https://developers.cloudflare.com/cloudflare-one/examples/any-service-token
 * [D] https://cloud.google.com/iap/docs/authentication-howto
 * [I] https://github.com/cloudflare/cloudflare-docs/pull/31050
 * [D] https://ngrok.com/docs/errors/err_ngrok_6024
 * [D] https://cloud.google.com/run/docs/authenticating/service-to-service
 * [I] https://github.com/epinio/epinio/issues/2560
 * [D] https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 * [D] https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 * [D] https://learn.microsoft.com/en-us/azure/app-service/overview-authentication-authorization
 * n/v: localtunnel, oauth2-proxy, Envoy and a balancer of AWS, from memory
 */
const loginsInFront: Readonly<Record<string, LoginInFront>> = {
  'login-cloudflare-access': {
    name: 'Cloudflare Access',
    wants: 'CF-Access-Client-Id and CF-Access-Client-Secret of a service token',
    header: 'cf-access-domain',
  },
  'login-cloudflare-page': {
    name: 'Cloudflare Access',
    wants: 'CF-Access-Client-Id and CF-Access-Client-Secret of a service token',
    page: /<title>[^<]{0,40}\bCloudflare Access\b/,
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
  'login-google-iap-says': {
    name: "Google's Identity-Aware Proxy",
    wants: 'Proxy-Authorization: "Bearer …" with an identity token',
    says: /^Invalid IAP credentials\b/,
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
    page: /\bYour client does not have permission to (get|the requested) URL\b/,
  },
  'login-aws-balancer': {
    name: 'the login of a load balancer of AWS',
    page: /<title>(?:561 |401 Authorization Required<[\s\S]{0,100}<h1>401 Authorization Required<\/h1><\/center>\s*<\/body>)/,
  },
  'login-aws-function': {
    name: 'the check of callers (IAM) of a function of AWS',
    says: /\bFor troubleshooting Function URL authorization issues\b/,
  },
  'login-aws-gateway': {
    name: 'Amazon API Gateway',
    mend: 'see there what its API wants: a key of a usage plan, a signature (IAM), or a caller that its policy or firewall lets in',
    header: 'x-amzn-errortype',
    is: /^ForbiddenException\b/,
  },
  'login-azure': {
    name: 'the login of Azure (App Service or Container Apps)',
    wants: 'Authorization: "Bearer …" with a token of Entra for that app',
    header: 'www-authenticate',
    is: /\bauthorization_uri="https:\/\/login\.(windows\.net|microsoftonline\.com)\//,
  },
  'login-jwt': {
    name: 'a gateway that wants a JWT (Envoy, Istio, or a gateway of Google)',
    wants: 'Authorization: "Bearer …" with a token of its issuer',
    says: /^Jwt (issuer is not configured|is not in the form)\b/i,
  },
  'login-oauth2-proxy-page': {
    name: 'the login page of oauth2-proxy',
    page: /\baction="[^"]{0,80}\/oauth2\/(start|sign_in)\b/,
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
export function findLogin(
  { body, page = '', message }: MatchFacts,
  headers: Headers,
): string | undefined {
  const ownCode = codeOfGateway(body);
  return Object.keys(loginsInFront).find((rule) => {
    const { header, is, internalCode: code, page: onPage, says } = loginsInFront[rule] ?? {};
    if (code !== undefined) return code === ownCode;
    if (onPage !== undefined) return onPage.test(page);
    if (says !== undefined) return says.test(message);
    const value = header === undefined ? undefined : headers[header];
    return value !== undefined && (is?.test(value) ?? true);
  });
}

/** Cloudflare's, in both forms of its error. */
function codeOfGateway(body: unknown): string | undefined {
  const { name, internalCode, success, error } = isRecord(body) ? body : {};
  if (name === 'AiGatewayError') return String(internalCode);
  const [first] = success === false && name === undefined && Array.isArray(error) ? error : [];
  return isRecord(first) ? String(first['code']) : undefined;
}
