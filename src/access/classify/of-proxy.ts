/** An answer of the proxy that a request was sent through, in place of the server's (step 4). */

import { codeOfProxyStatus } from '../../host/http1/wire-error.ts';
import type { Failure } from '../../model/failure.ts';
import type { MatchFacts } from './match-signature.ts';
import { describeCame } from './wordless.ts';

/** Pages of proxies that people are sent through. */
const proxyPages =
  /\bERR_(ACCESS_DENIED|CACHE_ACCESS_DENIED|CONNECT_FAIL|DNS_FAIL|CANNOT_FORWARD)|\b(squid|zscaler|privoxy|tinyproxy|mitmproxy|blue ?coat|mcafee web gateway|fortiproxy|forcepoint|websense|proxy server)\b/i;

/** Headers in which a proxy says why it refuses. */
const reasonHeaders = ['x-squid-error', 'x-deny-reason', 'x-proxy-error'] as const;

export function isOfProxy({ page = '', headers, httpStatus }: MatchFacts): boolean {
  if (httpStatus < 400) return false;
  const isNamed = reasonHeaders.some((name) => headers[name] !== undefined);
  return isNamed || httpStatus === 407 || proxyPages.test(page);
}

/** What the proxy answers says nothing of the server: it is as if it had refused a tunnel. */
export function blameProxy(
  proxy: string,
  answer: Parameters<typeof describeCame>[0] & { readonly status: number },
  { page }: MatchFacts,
): Failure {
  const code = codeOfProxyStatus(answer.status);
  const asks = answer.status === 407 ? ', asks for a user and a password' : '';
  return {
    class: 'connect',
    evidence: { rule: `exception-${code}`, kind: 'text' },
    code,
    message: `the proxy ${proxy} answered ${answer.status}${asks}: ${describeCame(answer, page)}`,
    status: answer.status,
    isUnsent: true,
    speaker: { is: 'page', meant: 'connect' },
  };
}
