/**
 * Checks that each server can be reached the way a request would: name, proxy, connection,
 * certificate, path, and the server's clock. It sends one request for the list of models, without a
 * key; any answer will do.
 */

import { classifyException } from '../../access/classify/classify-exception.ts';
import { saysError } from '../../access/classify/error-body.ts';
import { describeDistrust } from '../../access/report/distrust.ts';
import { findOtherPlace, lookCloser } from '../../access/report/look-closer.ts';
import { fixBypass, fixInPlace, lookOutside } from '../../access/report/on-the-way.ts';
import { fixOwnIssuers } from '../../access/report/own-issuers.ts';
import {
  isSkewed,
  judgeClock,
  readSkew,
  type ServerClock,
} from '../../access/report/server-clocks.ts';
import { fixNetwork, fixUnversioned, hasVersion, setUrl } from '../../access/report/unreached.ts';
import { isOfVendor } from '../../access/wording/words-fix.ts';
import { createOAuthFetch } from '../../credentials/oauth/oauth-fetch.ts';
import { findProxyHost, findProxyVariable } from '../../host/proxies.ts';
import type { CertificateReading, Host } from '../../host.ts';
import type { Failure } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import { targetsOf } from '../plan/create-plan.ts';
import type { Plan, TargetPlan } from '../plan/plan.ts';
import { addSpare } from './last-requests.ts';
import { type Check, createTrouble, type Trouble } from './troubles.ts';

const timeoutMs = 4000;

/** Creates one check per server. A gateway may have another proxy than this shell. */
export function checkServers(
  host: Host,
  { routes }: Pick<Plan, 'routes'>,
  isOfGateway = false,
): readonly Check[] {
  const servers = new Map(targetsOf({ routes }).map((target) => [target.baseUrl, target]));
  const clocks = new Map(
    [...servers.keys()].map((url) => [url, Promise.withResolvers<ServerClock>()]),
  );
  return [...servers.values()].map((target) => ({
    name: target.baseUrl,
    look: (signal) => lookAt(host, { target, routes, signal, isOfGateway, clocks }),
  }));
}

interface Server {
  readonly target: TargetPlan;
  readonly routes: Plan['routes'];
  readonly signal: AbortSignal;
  readonly isOfGateway: boolean;
  /** Of each server that is asked. */
  readonly clocks: ReadonlyMap<string, PromiseWithResolvers<ServerClock>>;
}

async function lookAt(host: Host, server: Server): Promise<readonly Trouble[]> {
  const { baseUrl } = server.target;
  const tellClock = (skewMs?: number): void =>
    server.clocks.get(baseUrl)?.resolve({ baseUrl, skewMs });
  const fetch = createOAuthFetch(host, { timeoutMs, signal: server.signal });
  const ask = (url: string): Promise<Response> =>
    fetch(`${url}/models`, { method: 'GET', headers: {} });
  try {
    const found = await ask(baseUrl);
    tellClock(readSkew(host.clock.now(), found.headers.get('date')));
    const fine = await compareClocks(server);
    if (hasVersion(baseUrl)) return fine;
    // some say in a 200 that the path is unknown
    const isThere = found.status === 200 ? !saysError(await found.text()) : found.status !== 404;
    if (isThere || (await ask(`${baseUrl}/v1`)).status === 404) return fine;
    return [describeUnversioned(server.target), ...fine];
  } catch (error) {
    tellClock();
    server.signal.throwIfAborted();
    const { protocol, origin } = new URL(baseUrl);
    const shown =
      protocol === 'https:'
        ? await host.readCertificate(origin).catch(() => undefined) // what is wrong is told all the same
        : undefined;
    const told = classifyException(error, { hasHead: false, isUnsent: true });
    const failure = await lookCloser(host, origin, told);
    const otherPlace = await findOtherPlace(host, baseUrl, failure.code);
    return [findNetworkTrouble(host, server, { failure, shown, otherPlace })];
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
  /** Where a server listens, if it does so at another address of this machine only. */
  readonly otherPlace: string | undefined;
}

function findNetworkTrouble(
  host: Host,
  { target, routes, isOfGateway }: Server,
  { failure, shown, otherPlace }: Seen,
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
    otherPlace === undefined
      ? chooseCause(failure, { host, target, proxy, shown })
      : describePlace(otherPlace, target);
  const what = `${baseUrl} cannot be reached${way}${tasks}: ${because}`;
  const mayAnother = fix.command === undefined && spare !== undefined;
  return createTrouble(isShut ? 'broken' : 'odd', what, {
    fix: mayAnother ? { text: `${fix.text}; until then let another answer`, command: spare } : fix,
    exit: isShut ? 1 : 0,
  });
}

function describePlace(url: string, { provider }: TargetPlan): Cause {
  return {
    because: `nothing listens there, but a server does at ${new URL(url).host}`,
    fix: setUrl('use that address', provider, url),
  };
}

interface Cause {
  readonly because: string;
  readonly fix: Fix;
}

interface Unreached {
  readonly host: Host;
  readonly target: TargetPlan;
  readonly proxy: string | undefined;
  readonly shown: CertificateReading | undefined;
}

/** Prefers what was seen of a certificate; else what the error itself is about. */
function chooseCause(failure: Failure, { host, target, proxy, shown }: Unreached): Cause {
  const { code = '', message: because } = failure;
  const distrust = describeDistrust(code, shown, host.clock.now());
  if (distrust !== undefined) {
    if (distrust.fix.command !== undefined) return { because, ...distrust }; // that was seen to help
    const own = fixOwnIssuers(host, failure);
    const inPlace = isOfVendor(target.baseUrl) ? fixInPlace(code, target.baseUrl) : undefined;
    const fix = own === undefined ? (inPlace ?? distrust.fix) : { text: own };
    return { because, ...distrust, fix };
  }
  // through a proxy the codes of a connection are about the proxy
  const isOfProxy = proxy !== undefined && failure.class !== 'tls';
  const origin = new URL(target.baseUrl).origin;
  const variable = isOfProxy ? findProxyVariable(host.environment, origin) : undefined;
  const bypass = fixBypass(host.environment, target.baseUrl);
  const fix = bypass ?? fixNetwork(failure, target, variable);
  const outside = code === 'ECONNREFUSED' ? lookOutside(host, target) : '';
  return { because, fix: { ...fix, text: `${fix.text}${outside}` } };
}

/** The other servers are only waited for where a clock is wrong. */
async function compareClocks({ target, clocks }: Server): Promise<readonly Trouble[]> {
  const own = await clocks.get(target.baseUrl)?.promise;
  if (own === undefined || !isSkewed(own)) return [];
  const all = await Promise.all([...clocks.values()].map(({ promise }) => promise));
  const { what, fix } =
    judgeClock(
      own,
      all.filter((one) => one !== own),
    ) ?? {};
  return what === undefined ? [] : [createTrouble('odd', what, { fix })];
}
