/**
 * Checks that each server can be reached the way a request would: name, proxy, connection,
 * certificate, path, and the server's clock. It sends one request for the list of models, without a
 * key; any answer will do.
 */

import { classifyException } from '../../access/classify/classify-exception.ts';
import { saysError } from '../../access/classify/error-body.ts';
import {
  byOperator,
  fixProxied,
  fixUnreached,
  fixUnversioned,
  hasVersion,
  lacksIssuer,
  setUrl,
} from '../../access/report/unreached.ts';
import { describeElapsed, describePast } from '../../access/wording/when.ts';
import { createOAuthFetch } from '../../credentials/oauth/oauth-fetch.ts';
import { findProxyHost } from '../../host/proxies.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { CertificateReading, Host } from '../../host.ts';
import type { Failure } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import { targetsOf } from '../plan/create-plan.ts';
import type { Plan, TargetPlan } from '../plan/plan.ts';
import { addSpare } from './last-requests.ts';
import { type Check, createTrouble, type Trouble } from './troubles.ts';

const timeoutMs = 4000;
/** Tokens of logins and signed requests are refused when clocks differ by some minutes. */
const worstSkewMs = 2 * 60_000;

/** Creates one check per server. A gateway may have another proxy than this shell. */
export function checkServers(
  host: Host,
  { routes }: Pick<Plan, 'routes'>,
  isOfGateway = false,
): readonly Check[] {
  const servers = new Map(targetsOf({ routes }).map((target) => [target.baseUrl, target]));
  return [...servers.values()].map((target) => ({
    name: target.baseUrl,
    look: (signal) => lookAt(host, { target, routes, signal, isOfGateway }),
  }));
}

interface Server {
  readonly target: TargetPlan;
  readonly routes: Plan['routes'];
  readonly signal: AbortSignal;
  readonly isOfGateway: boolean;
}

async function lookAt(host: Host, server: Server): Promise<readonly Trouble[]> {
  const { baseUrl } = server.target;
  const fetch = createOAuthFetch(host, { timeoutMs, signal: server.signal });
  const ask = (url: string): Promise<Response> =>
    fetch(`${url}/models`, { method: 'GET', headers: {} });
  try {
    const found = await ask(baseUrl);
    const fine = judgeClock(host.clock.now(), found.headers.get('date'), baseUrl);
    if (hasVersion(baseUrl)) return fine;
    // some say in a 200 that the path is unknown
    const isThere = found.status === 200 ? !saysError(await found.text()) : found.status !== 404;
    if (isThere || (await ask(`${baseUrl}/v1`)).status === 404) return fine;
    return [describeUnversioned(server.target), ...fine];
  } catch (error) {
    server.signal.throwIfAborted();
    const { protocol, origin } = new URL(baseUrl);
    const shown =
      protocol === 'https:'
        ? await host.readCertificate(origin).catch(() => undefined) // what is wrong is told all the same
        : undefined;
    const failure = classifyException(error, { hasHead: false, isUnsent: true });
    const otherLoopback = await findOtherLoopback(host, baseUrl, failure.code);
    return [findNetworkTrouble(host, server, { failure, shown, otherLoopback })];
  }
}

function describeUnversioned({ baseUrl, provider }: TargetPlan): Trouble {
  const evidence = [`${baseUrl}/models is not there, ${baseUrl}/v1/models is`];
  const what = `${baseUrl} does not serve the API of ${provider}: is /v1 missing at its end?`;
  const fix = fixUnversioned({ baseUrl, provider });
  return createTrouble('broken', what, { evidence, fix });
}

/** What was seen of a server that gave no answer. */
interface Seen {
  readonly failure: Failure;
  readonly shown: CertificateReading | undefined;
  /** Where a server listens, if it does so at the other loopback address only. */
  readonly otherLoopback: string | undefined;
}

const loopbacks: Readonly<Record<string, string>> = {
  '127.0.0.1': '[::1]',
  '[::1]': '127.0.0.1',
  localhost: '[::1]',
};

/** Local servers often listen on `localhost` alone, which may be one address and not the other. */
async function findOtherLoopback(
  host: Host,
  baseUrl: string,
  code: string | undefined,
): Promise<string | undefined> {
  const url = new URL(baseUrl);
  const other = loopbacks[url.hostname];
  if (other === undefined || code !== 'ECONNREFUSED') return undefined;
  url.hostname = other;
  const isThere = host.tryConnection(url.origin).then(
    () => true,
    () => false,
  );
  return (await isThere) ? url.href.replace(/\/$/, '') : undefined;
}

function findNetworkTrouble(
  host: Host,
  { target, routes, isOfGateway }: Server,
  { failure, shown, otherLoopback }: Seen,
): Trouble {
  const { baseUrl } = target;
  const proxy = findProxyHost(host.environment, new URL(baseUrl).origin);
  const isOurs = isOfGateway && proxy !== undefined;
  const shut = routes.filter(
    ({ targets }) => !isOurs && targets.every((one) => one.baseUrl === baseUrl),
  );
  const isShut = shut.length > 0;
  const spare = shut[0] && addSpare(routes, shut[0].task, (other) => other.baseUrl !== baseUrl);
  const tasks = isShut ? `, so ${shut.map(({ task }) => task).join(', ')} cannot be answered` : '';
  const way =
    proxy === undefined ? '' : ` ${isOurs ? 'from this shell ' : ''}through the proxy ${proxy}`;
  const { because, fix } =
    otherLoopback === undefined
      ? chooseCause(failure, { host, target, proxy, shown })
      : describeLoopback(otherLoopback, target);
  const what = `${baseUrl} cannot be reached${way}${tasks}: ${because}`;
  const mayAnother = fix.command === undefined && spare !== undefined;
  return createTrouble(isShut ? 'broken' : 'odd', what, {
    fix: mayAnother ? { text: `${fix.text}; until then let another answer`, command: spare } : fix,
    exit: isShut ? 1 : 0,
  });
}

function describeLoopback(url: string, { provider }: TargetPlan): Required<Distrust> {
  return {
    because: `nothing listens there, but a server does at ${new URL(url).host}`,
    fix: setUrl('use that address', provider, url),
  };
}

interface Unreached {
  readonly host: Host;
  readonly target: TargetPlan;
  readonly proxy: string | undefined;
  readonly shown: CertificateReading | undefined;
}

/** Prefers what was seen of a certificate; else what the error itself is about. */
function chooseCause(
  failure: Failure,
  { host, target, proxy, shown }: Unreached,
): Required<Distrust> {
  const { code = '', message: because } = failure;
  if (lacksIssuer(code) || code === 'CERT_HAS_EXPIRED')
    return { because, ...describeDistrust(shown, host.clock.now()) };
  // through a proxy the codes of a connection are about the proxy
  const isOfProxy = proxy !== undefined && failure.class !== 'tls';
  const near = (isOfProxy ? fixProxied : fixUnreached)(failure.code, target);
  return { because, fix: near ?? findWay(target) };
}

function findWay({ baseUrl, provider }: TargetPlan): Fix {
  const { hostname } = new URL(baseUrl);
  const isLocal = /^([^.]+|[\d.]+)$/.test(hostname);
  return {
    text: isLocal
      ? `start it, or correct providers.${provider}.base_url`
      : "look at this machine's network",
  };
}

function judgeClock(now: number, date: string | null, server: string): readonly Trouble[] {
  const skew = now - Date.parse(date ?? '');
  if (!(Math.abs(skew) >= worstSkewMs)) return []; // no date, or none that can be read
  const what = `this machine's clock is ${describeElapsed(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} that of ${server}`;
  const fix = {
    text: 'set it from the network',
    command: shellLine`sudo timedatectl set-ntp true`,
  };
  return [createTrouble('odd', what, { evidence: [`it said ${date}`], fix })];
}

/** Why the certificate is not trusted, if it was seen, and the fix. */
interface Distrust {
  readonly because?: string;
  readonly fix: Fix;
}

function describeDistrust(reading: CertificateReading | undefined, now: number): Distrust {
  if (reading === undefined) return { fix: byHand };
  const { issuer, endsAt, isTrustedBySystem } = reading;
  if (endsAt <= now)
    return {
      because: `its certificate ended ${describePast(endsAt, now)}`,
      fix: byOperator,
    };
  const because = `its certificate is signed by "${issuer}", which Node does not trust`;
  if (isTrustedBySystem !== true) return { because, fix: byHand };
  return {
    because: `${because}, but this machine does`,
    fix: {
      text: 'trust what this machine trusts; a service reads it from its service.env',
      command: shellLine`export NODE_USE_SYSTEM_CA=1`,
    },
  };
}

const byHand: Fix = {
  text: 'if it is a proxy or a server of your own, export NODE_EXTRA_CA_CERTS=FILE with the certificate of its issuer',
};
