/** Suggests fixes where no answer of the API came: the way to the server, or its address. Pure. */

import { formatFix } from '../../errors.ts';
import { frontIn } from '../../protocols/body/fronts.ts';
import { askElsewhere } from '../wording/wording.ts';
import { isOfVendor } from '../wording/words-fix.ts';
import { type FixContext, linked } from './key-fixes.ts';
import { fixMachine, fixProxied } from './on-the-way.ts';
import { fixUnreached, hasVersion } from './unreached.ts';

/** An address without a version mostly lacks it, if it has never answered. */
export function serveIt({ target, operation, sourceOf, failure }: FixContext): string {
  if (failure?.evidence.adjustedBy === 'others-passed')
    return `it has served this: see whether the server behind ${target.origin} still runs, and what was changed in it or in front of it${orRoute(failure)}`;
  const line = sourceOf(`providers.${target.provider}.base_url`);
  const isFound = failure?.evidence.adjustedBy === 'proven-key';
  if (!isFound && !hasVersion(target.baseUrl))
    return `base_url without /v1? Try ${target.baseUrl}/v1 as ${line}`;
  if (operation !== 'generate') return askElsewhere[operation];
  const path = `providers.${target.provider}.protocol`;
  const form = sourceOf(path);
  const other = form === path ? '' : `, or ${form}: it is asked in ${target.protocol}`;
  return `correct ${line}${other}${orRoute(failure)}`;
}

/** Go's own words are those of Traefik too, and of many servers. */
const ofTraefik = /^404 page not found\W*$/i;

/** What stands in front may have no route to the server. */
function orRoute(failure: FixContext['failure']): string {
  const words = failure?.message ?? '';
  const front = ofTraefik.test(words) ? 'a reverse proxy such as Traefik' : frontIn(words)?.name;
  return front === undefined
    ? ''
    : `; or, if ${front} answers in its place, add a route for this host and path there`;
}

/** The state of a server behind a proxy is unknown. */
export function reachIt(scene: FixContext): string {
  const { target, links, sourceOf, proxyVariable, failure } = scene;
  if (proxyVariable !== undefined) return passProxy(scene, proxyVariable);
  const own = findOwnWay(scene);
  if (own !== undefined) return own;
  if (scene.moved !== undefined) return formatFix(scene.moved);
  const near = failure && fixUnreached(failure.code, target);
  if (near !== undefined)
    return `${formatFix(near)}${isOfVendor(target.baseUrl) ? linked('; or see', links.status) : ''}`;
  if (links.docs !== undefined && target.origin.startsWith('https:'))
    return `look at this machine's network and proxy${linked(', and at', links.status)}`;
  const line = sourceOf(`providers.${target.provider}.base_url`);
  const outside = failure?.code === 'ECONNREFUSED' ? scene.outside : '';
  if (failure?.code === 'ENOTFOUND')
    return `correct the host in ${line}, or look at this machine's network (does only a VPN know that name?)`;
  return `start the server at ${target.origin}, or correct ${line}${outside}`;
}

/** What only this machine has wrong: its variables, or its network. */
function findOwnWay({ wayOut, bypass, failure, target }: FixContext): string | undefined {
  return wayOut ?? bypass ?? (failure && fixMachine(failure, target)?.text);
}

/** Names the variable that is read: another one may be right. */
function passProxy({ target, failure }: FixContext, variable: string): string {
  const { text, command } = fixProxied(failure?.code, { ...target, variable });
  if (command === undefined) return text;
  return `correct ${variable} of the program that asks (such as the gateway), or name ${new URL(target.origin).hostname} in its NO_PROXY, and restart it`;
}
