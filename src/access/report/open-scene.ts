/**
 * Gathers what the fix of one candidate is written from, when a request has failed: its target, its
 * key and where that stands, what was said, and what this machine adds.
 */

import { isLocalUrl } from '../../config/resolve/local-url.ts';
import { fixOutside } from '../../config/resolve/outside-variables.ts';
import { nameSetting, writeSetting } from '../../config/resolved/name-setting.ts';
import { findProxyHost, findProxyVariable } from '../../host/proxies.ts';
import type { Credential, SecretLocation } from '../../model/credential.ts';
import type { Failure } from '../../model/failure.ts';
import type { CandidateVerdict } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import { pagesAt } from '../../providers/pages.ts';
import type { Engine } from '../request/engine.ts';
import type { RequestContext } from '../request/request-context.ts';
import { modeOf, seesNoImages } from '../request/text-only.ts';
import type { TargetPool } from '../select/candidate.ts';
import { createCandidate } from '../select/candidates.ts';
import { holdOf, judge } from '../select/verdict.ts';
import { lacksIssuer } from './distrust.ts';
import type { FixContext } from './key-fixes.ts';
import { findMoved } from './moved-server.ts';
import { fixBypass, lookOutside } from './on-the-way.ts';
import { fixOwnIssuers } from './own-issuers.ts';

/** Undefined for a target that is not on the route. */
export function openScene(
  context: RequestContext,
  { target: id, credential: key }: Pick<CandidateVerdict, 'target' | 'credential'>,
): FixContext | undefined {
  const { engine, candidates } = context;
  const place = candidates.places.find(({ target }) => target.id === id);
  if (place === undefined) return undefined;
  const { target } = place;
  const { providers, values, tasks } = engine.config();
  const provider = providers.get(target.provider);
  const credential = key === undefined ? undefined : place.pool?.find(key);
  const reading = credential === undefined ? undefined : engine.reader.peek(credential);
  const failure =
    context.openRecord.misses.findLast(
      ({ candidate }) => candidate.target.id === id && candidate.credential?.id === key,
    )?.failure ?? heldFor(context, place, credential);
  return {
    target,
    failure,
    moved: findMoved(engine.host, target, failure),
    proxyVariable:
      findProxyHost(engine.host.environment, target.origin) &&
      findProxyVariable(engine.host.environment, target.origin),
    operation: context.request.operation,
    task: {
      name: context.route.task,
      timeoutMs: tasks?.get(context.route.task)?.timeoutMs,
      mode: modeOf(context),
      hasEyes: hasEyes(context),
    },
    place,
    provider,
    credential,
    keyAt: reading?.state === 'ok' ? nameHolder(reading) : undefined,
    oddity: reading?.state === 'ok' ? engine.oddityOf(reading.fingerprint) : undefined,
    readAt: reading && whereRead(reading),
    mend: reading && 'fix' in reading ? reading.fix : undefined,
    sourceOf: (name) => nameSetting({ values }, name),
    writtenAs: (name) => writeSetting({ values }, name),
    isProvider: (name) => providers.has(name),
    links: pagesAt(provider?.entry, target.origin),
    outside: lookOutside(engine.host, target),
    wayOut: findWayOut(engine, target, failure),
    bypass: fixBypass(engine.host.environment, target.baseUrl)?.text,
  };
}

function findWayOut(
  engine: Engine,
  { baseUrl }: Target,
  failure: Failure | undefined,
): string | undefined {
  const { warnings } = engine.config();
  const issuers = lacksIssuer(failure?.code)
    ? (fixOwnIssuers(engine.host, failure) ?? fixOutside(warnings, 'issuers-unread'))
    : undefined;
  return issuers ?? (isLocalUrl(baseUrl) ? undefined : fixOutside(warnings, 'proxy-unread'));
}

/** True if another may be asked that may see. */
function hasEyes(context: RequestContext): boolean {
  const { places } = context.candidates;
  return modeOf(context) !== 'refuse' && places.some(({ target }) => maySee(context, target));
}

/** Neither the catalogue nor any answer has said that it sees no images, or reads no documents. */
function maySee({ engine, openRecord: { misses } }: RequestContext, target: Target): boolean {
  const hasRefused = misses.some(
    ({ candidate, failure }) => candidate.target.id === target.id && failure.class === 'no-images',
  );
  return !hasRefused && !seesNoImages(engine, target);
}

/** What was said when it was held back: it mends what it would have mended then. */
function heldFor(
  context: RequestContext,
  place: TargetPool,
  credential: Credential | undefined,
): Failure | undefined {
  const mark = holdOf(judge(context, createCandidate(place, credential)))?.mark;
  if (mark === undefined) return undefined;
  const { cause, evidence, speaker } = mark;
  return {
    class: cause,
    message: evidence,
    evidence: { rule: 'held-back', kind: 'text' },
    ...(speaker && { speaker }),
  };
}

function whereRead(reading: ReturnType<Engine['reader']['peek']>): string | undefined {
  if (reading.state === 'ok') return reading.foundAt;
  return reading.state === 'pending' ? undefined : reading.lookedIn.join(', ');
}

/** Names the place that a new key is put into. */
function nameHolder({ foundAt, heldAt = foundAt, variable }: SecretLocation): string {
  return variable === undefined ? heldAt : `the environment variable ${variable}`;
}
