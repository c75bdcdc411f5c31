/**
 * Who stands in front of an API and answers itself (step 4 of a request): proxies, content
 * networks, load balancers, platforms, tunnels, and filters of a network. They are known by their
 * headers and by their pages. Data and pure functions.
 */

import type { Headers } from '../../model/request.ts';

export interface InFront {
  /** Follows `a page of`. */
  readonly name: string;
  /** In its page, or in one of `signHeaders`, written as `name: value`. */
  readonly sign: RegExp;
  /** Its own sentences: they are of it, whatever the body is. Default: only its pages are. */
  readonly words?: RegExp;
  /** Sentences that nobody else says, without a header too. Default: `words` need one. */
  readonly says?: RegExp;
  /** In its page or headers: no server runs behind it. Default: nothing says so. */
  readonly absent?: RegExp;
  /** A filter of a network, or a firewall of a site. Default: neither. */
  readonly guards?: 'network' | 'site';
  /** Its own errors have no body; others put their name on a server's answers too. */
  readonly isTerse?: true;
  /** How its limit of time is called. Default: unknown. */
  readonly limit?: string;
  /** How its limit of a request's size is called. Default: unknown. */
  readonly size?: string;
  /** The page that says whether it works. Default: unknown. */
  readonly status?: string;
}

/** Headers that tell who answered: others may hold anything. */
const signHeaders = [
  'server',
  'via',
  'x-cache',
  'x-cdn',
  'x-iinfo',
  'x-azure-ref',
  'ngrok-error-code',
  'x-localtunnel-agent-ips',
  'x-vercel-error',
  'x-render-routing',
  'x-railway-fallback',
  'fly-request-id',
  'x-squid-error',
  'x-amz-apigw-id',
  'modal-function-call-id',
] as const;

/** One of no known vendor, or of several. */
export const siteFirewall = 'a web application firewall';

/**
 * The first whose sign is there: platforms before the content networks that they use. [D] their
 * pages of errors; n/v: signs without a recorded answer are from memory.
 */
const fronts: readonly InFront[] = [
  {
    name: 'an ngrok tunnel',
    sign: /\bngrok\b/i,
    absent: /ERR_NGROK_(3\d{3}|8012)/,
  },
  { name: 'a localtunnel', sign: /x-localtunnel|\bTunnel website ahead\b/i },
  {
    name: 'Vercel',
    sign: /x-vercel-error|\bvercel security checkpoint\b/i,
    guards: 'site',
    words: /\b(FUNCTION|DEPLOYMENT|EDGE_FUNCTION)_[A-Z_]{4,}\b/,
    absent: /x-vercel-error: \w*NOT_FOUND/,
    limit: 'maxDuration',
    size: '4.5 MB, which nobody can raise',
  },
  { name: 'Modal', sign: /modal-function-call-id/, words: /^modal-http: / },
  { name: 'Render', sign: /x-render-routing/, absent: /x-render-routing: (no-server|suspend)/ },
  {
    name: 'Railway',
    sign: /x-railway-fallback|server: railway/,
    words: /^application (failed to respond|not found)$/i,
    absent: /application not found/i,
  },
  { name: 'Heroku', sign: /\bheroku(cdn)?\b/i, limit: '30 s, which nobody can raise' },
  {
    name: 'a Hugging Face Space',
    sign: /\b(this|your) space (is|has)\b/i,
    absent: /\bspace is (sleeping|paused|stopped)\b/i,
  },
  {
    name: 'a front end of Google (Cloud Run, or a load balancer)',
    sign: /server: google frontend|via: .*\bgoogle\b/i,
    guards: 'site',
    words: /^Rate exceeded\.?$|^response 404 \(backend NotFound\)/,
    limit: 'the request timeout of the service, or timeoutSec of the backend',
    size: '32 MB at Cloud Run with HTTP/1, which nobody can raise',
  },
  {
    name: 'Amazon API Gateway',
    sign: /x-amz-apigw-id/,
    words: /^Endpoint request timed out$/,
    limit: 'mostly 29 s, a quota of the account',
    size: '10 MB, which nobody can raise',
  },
  {
    name: 'a load balancer of AWS',
    sign: /\bawselb\b/i,
    // its own 403 is one of AWS WAF
    guards: 'site',
    // no target is registered, or none is healthy. [D]
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
    absent: /\b503 Service (Temporarily )?Unavailable\b/i,
    limit: 'idle_timeout.timeout_seconds',
  },
  {
    name: 'CloudFront',
    sign: /\bcloudfront\b/i,
    guards: 'site',
    limit: 'the response timeout of the origin',
  },
  { name: 'Akamai', sign: /\bakamai|edgesuite\.net/i, guards: 'site' },
  { name: 'Imperva', sign: /\bincapsula\b|x-iinfo|x-cdn: imperva/i, guards: 'site' },
  { name: 'Sucuri', sign: /\bsucuri\b/i, guards: 'site' },
  { name: 'Azure Front Door', sign: /x-azure-ref/, guards: 'site' },
  {
    name: 'Fastly',
    sign: /\bfastly error\b/i,
    absent: /\bfastly error: unknown domain\b/i,
    guards: 'site',
  },
  {
    name: 'Cloudflare',
    sign: /\bcloudflare\b|cf-ray|^error code: (1\d{3}|5[23]\d)\s*$/i,
    limit: '100 s on most plans',
    size: '100 MB on most plans',
    status: 'https://www.cloudflarestatus.com',
  },
  {
    name: 'an Azure Application Gateway',
    sign: /\bmicrosoft-azure-application-gateway\b/i,
    guards: 'site',
  },
  // F5, ModSecurity, FortiWeb and Alibaba Cloud, in this order
  {
    name: siteFirewall,
    sign: /\bthe requested url was rejected\b|\bgenerated by mod_?security\b|\battack id:? ?\d|访问被(阻断|拦截|拒绝)/i,
    guards: 'site',
  },
  {
    name: 'a Squid proxy',
    sign: /\(squid\/|\bsquid\b|ERR_(ACCESS_DENIED|CONNECT_FAIL|DNS_FAIL|CANNOT_FORWARD)/i,
    guards: 'network',
  },
  { name: 'a Zscaler proxy', sign: /\bzscaler\b/i, guards: 'network' },
  {
    name: 'a Fortinet web filter',
    sign: /\bforti(guard|gate|net|proxy)\b/i,
    guards: 'network',
  },
  { name: 'a Netskope proxy', sign: /\bnetskope\b/i, guards: 'network' },
  { name: 'Cisco Umbrella', sign: /\b(opendns|cisco umbrella)\b/i, guards: 'network' },
  {
    name: 'a web filter',
    sign: /\b(palo alto networks|sophos|barracuda|lightspeed|forcepoint|websense|securly|smoothwall|blue ?coat|check point|mcafee web gateway|iboss|menlo security|contentkeeper)\b|\bweb ?(page|site) (is |has been )?blocked\b|\b(access|request|site|page)\b[^.<]{0,60}\b(blocked|denied|restricted)\b[^.<]{0,40}\b(polic(y|ies)|categor(y|i[sz]ation)|by order|court order)\b|rel="?blocked-by/i,
    guards: 'network',
  },
  {
    name: 'Azure App Service',
    sign: /\bError 403 - This web app is stopped\b/i,
    absent: /\bthis web app is stopped\b/i,
  },
  {
    name: 'a router of OpenShift',
    sign: /\bcurrently not serving requests at this endpoint\b/i,
    absent: /\bcurrently not serving requests\b/i,
  },
  {
    name: 'an OpenResty proxy',
    sign: /\bopenresty\b/i,
    limit: 'proxy_read_timeout',
    size: 'client_max_body_size',
  },
  {
    name: 'an nginx proxy',
    sign: /\bnginx\b/i,
    limit: 'proxy_read_timeout',
    size: 'client_max_body_size',
  },
  {
    name: 'an HAProxy',
    sign: /\bhaproxy\b|no server is available to handle this request|the server didn't respond in time\.|the server returned an invalid or incomplete response|request forbidden by administrative rules/i,
    absent: /no server is available to handle this request/i,
    limit: 'timeout server',
  },
  {
    name: 'an Envoy proxy',
    sign: /server: (istio-)?envoy\b/i,
    says: /^(upstream connect error|no healthy upstream|upstream request timeout)\b/i,
    absent: /\bno healthy upstream\b|upstream connect error.*\bconnection refused\b/i,
    limit: 'the timeout of its route',
  },
  { name: 'a Varnish proxy', sign: /\bvarnish\b|guru meditation/i },
  { name: 'a Caddy proxy', sign: /\bcaddy\b/i, isTerse: true },
  {
    name: 'a Traefik proxy',
    size: 'maxRequestBodyBytes',
    sign: /\btraefik\b/i,
    says: /^no available server\s*$/i,
  },
  {
    name: 'a Kong gateway',
    size: 'allowed_payload_size',
    sign: /server: kong\b/i,
    words:
      /^(no route matched with|failure to get a peer|name resolution failed|an (invalid|unexpected) (response|error))/i,
  },
  {
    name: 'an ingress of Kubernetes',
    sign: /^default backend - 404/i,
    says: /^default backend - 404/i,
  },
  {
    name: 'an Apache proxy',
    sign: /\bapache(\/[\d.]+| server at)\b/i,
    limit: 'ProxyTimeout',
    size: 'LimitRequestBody',
  },
  {
    name: "Windows' own web server (HTTP.sys or IIS)",
    sign: /\bmicrosoft-(httpapi|iis)\b/i,
    size: 'maxAllowedContentLength',
  },
  {
    name: 'a captive portal',
    sign: /captive.?portal|hotspot|network (login|authentication)|(sign|log) ?in to (the |this )?(network|wi-?fi)/i,
  },
];

/** `text` is a page, a sentence, or empty: then only headers tell it. */
export function findFront(headers: Headers, text = ''): InFront | undefined {
  const signs = signsOf(headers, text);
  return fronts.find(({ sign }) => signs.some((one) => sign.test(one)));
}

/** Who says such a sentence, by a header or by the sentence itself. */
export function findSayer(headers: Headers, sentence: string): InFront | undefined {
  const front = findFront(headers);
  return front?.words?.test(sentence) === true
    ? front
    : fronts.find(({ says }) => says?.test(sentence));
}

function signsOf(headers: Headers, text: string): readonly string[] {
  const named = signHeaders.flatMap((name) =>
    headers[name] === undefined ? [] : [`${name}: ${headers[name]}`],
  );
  return [...named, text];
}

/** True if nobody runs behind it, as it says. */
export function saysAbsent({ absent }: InFront, headers: Headers, text = ''): boolean {
  return absent !== undefined && signsOf(headers, text).some((one) => absent.test(one));
}

/** Returns the one that a description of a page names, or whose own sentence it is. */
export function frontIn(described: string): InFront | undefined {
  return fronts.find(
    ({ name, words, says }) =>
      described.includes(` of ${name}`) ||
      described.includes(` through ${name}`) ||
      words?.test(described) ||
      says?.test(described),
  );
}

/**
 * What such a status says of the server behind whoever sends it (RFC 9110 § 15.6.3 to 15.6.5);
 * others say nothing of it.
 */
export function isOfGateway(status: number): boolean {
  return (status >= 502 && status <= 504) || (status >= 520 && status <= 527) || status === 530;
}
