/**
 * Suggests fixes for a request that failed: one line for each candidate that did not answer, by its
 * class. Nothing is suggested if only waiting helps.
 */

import { markScopeOf } from '../../credentials/health/mark-policy.ts';
import { formatFix } from '../../errors.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { FixKind } from '../../failures/row.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Failure, FailureClass } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import type { CandidateVerdict } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import { frontIn } from '../../protocols/body/fronts.ts';
import type { RequestContext } from '../request/request-context.ts';
import type { TargetPool } from '../select/candidate.ts';
import { hedgeFix } from '../wording/hedge-fix.ts';
import { fixModel } from '../wording/model-fix.ts';
import { fixSaid } from '../wording/said-fix.ts';
import { advises, renewalOf, saysMore } from '../wording/speakers.ts';
import { fixWords, isOfVendor } from '../wording/words-fix.ts';
import { failureBehind } from './ended.ts';
import { type FixContext, giveKey, moveKey, replaceKey } from './key-fixes.ts';
import { findSetLimit, findTaskLimit } from './limit-fixes.ts';
import { addMoney, raiseLimit } from './money-fixes.ts';
import { openScene } from './open-scene.ts';
import { listUnread, raiseWait, seeImages, suggestSpare } from './own-fixes.ts';
import { pullModel } from './pull-model.ts';
import { reachIt, serveIt } from './reach-fixes.ts';
import { leaveOutAdded, leaveTier, namesTier, suspectAdded } from './tier.ts';
import { fixUnreached, fixWayIn, lookForHeader } from './unreached.ts';

/** Nobody would read more. */
const maxFixes = 3;

/**
 * Lists fixes in the order of the candidates, each once, and who else could answer if there is only
 * one.
 */
export function suggestFixes(
  context: RequestContext,
  candidates: readonly CandidateVerdict[],
): readonly string[] {
  if (candidates.length > 0 && candidates.every(({ cause }) => cause === 'protocol'))
    return [
      'change that in the request, or name a model whose provider speaks the protocol of the request',
    ];
  // a test of one key: nobody else may answer
  if (context.request.onlyCredential !== undefined) return fixesOf(context, candidates);
  const { places } = context.candidates;
  const isAlone = new Set(places.map(({ target }) => target.id)).size === 1;
  const isRefused = context.openRecord.misses.some(({ failure }) => {
    const { isRequestFault, blame } = rowOfClass(failure.class);
    if (blame === 'ourselves') return true; // no other model would help
    return isRequestFault === true && failure.speaker?.byStatus === undefined;
  });
  const mayFallBack = context.request.operation === 'generate'; // embeddings of two models are not interchangeable
  const spare =
    isAlone && mayFallBack && candidates.length > 0 && !isRefused ? suggestSpare(context) : [];
  return [
    ...listRefused(context),
    ...fixesOf(context, candidates),
    ...raiseWait(context, candidates),
    ...spare,
    ...(isAlone ? [] : leavePayer(places, candidates)),
    ...(candidates.length > 0 && !isRefused ? listUnread(context.engine) : []),
  ];
}

/** Who is not paid for one model answers with none of its others. */
function leavePayer(
  places: readonly TargetPool[],
  candidates: readonly CandidateVerdict[],
): readonly string[] {
  const payers = new Set(places.map(({ target }) => target.provider));
  const isUnpaid = (cause: FailureClass | undefined): boolean =>
    cause === 'billing' || cause === 'no-plan' || cause === 'spend-limit';
  return payers.size === 1 &&
    candidates.length > 0 &&
    candidates.every((one) => isUnpaid(failureBehind(one)))
    ? [
        `add a model of another provider to fallback_chain, since all models there are paid at ${[...payers][0]} (holdfast fallback add)`,
      ]
    : [];
}

/** A change that was to help may have been refused: the old configuration is still asked. */
function listRefused({ engine }: RequestContext): readonly string[] {
  const refused = engine.refusedChange();
  return refused === undefined
    ? []
    : [`correct ${refused}; until then the configuration before that change is in force`];
}

/** Lists fixes in the order of the candidates, each once. */
export function fixesOf(
  context: RequestContext,
  candidates: readonly CandidateVerdict[],
): readonly string[] {
  const fixes = candidates
    .filter((one) => !isSpareMissing(one, candidates))
    .flatMap((candidate) => {
      const scene = openScene(context, candidate);
      if (scene === undefined) return [];
      const money = candidate.cause === 'budget' && context.spending?.judge(scene)?.fix;
      return money ? formatFix(money) : fixesOfOne(scene, candidate);
    });
  return [...new Set(fixes)].slice(0, maxFixes);
}

function fixesOfOne(scene: FixContext, candidate: CandidateVerdict): readonly string[] {
  const failure = failureBehind(candidate);
  if (failure === undefined) return [];
  const near = scene.failure && fixSent(scene.failure, scene);
  if (near !== undefined) return [near];
  const { speaker } = candidate;
  const said = { cause: failure, evidence: scene.failure?.message, speaker };
  const place = { ...scene.target, links: scene.links };
  const fix = fixSaid(said, place);
  const told = fix && formatFix(fix);
  const own = fixOwn(scene, said);
  // another site of the vendor is only one more thing to look at
  const isOfSites =
    (failure === 'auth-rejected' || failure === 'billing') &&
    fixWords(failure, scene.failure?.message ?? '', scene.target) === undefined;
  const all = isOfSites ? [own, told] : [told ?? own];
  return all.filter((one) => one !== undefined);
}

/** The fix of the class, at its place: conditional, where the class is only a guess. */
function fixOwn(
  scene: FixContext,
  said: Pick<CandidateVerdict, 'speaker'> & {
    readonly cause: FailureClass;
    readonly evidence: string | undefined;
  },
): string | undefined {
  const { fix: usual } = rowOfClass(said.cause);
  const isGuess = said.speaker?.byStatus !== undefined;
  const kind = isGuess && usual === 'allow-request' ? 'replace-key' : usual;
  const written = kind && writers[kind](scene);
  const fix = typeof written === 'string' ? { text: written } : written;
  // what the form of the key shows is no guess, nor is a key that the configuration keeps back
  const isKnown =
    (scene.oddity !== undefined && fix?.text.startsWith('the key ')) ||
    (scene.target.authStyle === 'none' && kind === 'replace-key');
  const hedged = isKnown ? fix : hedgeFix(fix, said, { ...scene.target, links: scene.links });
  const told = isGuess && !isKnown ? orAdded(hedged, scene) : hedged;
  return told && formatFix(told);
}

/** What the configuration adds comes first: a line to paste stays last. */
function orAdded(fix: Fix | undefined, scene: FixContext): Fix | undefined {
  const added = scene.failure && suspectAdded(scene.failure, scene.place, scene);
  return fix && added ? { ...fix, text: `${added}; or ${fix.text}` } : fix;
}

/** The configuration sends it to the wrong place, or adds what is refused there. */
function fixSent(failure: Failure, scene: FixContext): string | undefined {
  const { evidence, leadsTo } = failure;
  const wayIn = fixWayIn({ rule: evidence.rule, leadsTo }, scene.target);
  return wayIn ? formatFix(wayIn) : leaveOutAdded(failure, scene.place, scene);
}

/** True for a missing key beside another one that exists: it is not why the target failed. */
export function isSpareMissing(
  { target, cause }: CandidateVerdict,
  all: readonly CandidateVerdict[],
): boolean {
  return (
    cause === 'auth-missing' &&
    all.some((other) => other.target === target && other.cause !== cause)
  );
}

type WriteFix = (scene: FixContext) => Fix | string | undefined;

const writers: Readonly<Record<FixKind, WriteFix>> = {
  'replace-key': replaceKey,
  'allow-request': allowRequest,
  'move-key': moveKey,
  'send-key': ({ target, failure }) => lookForHeader(target.provider, failure?.message),
  'give-key': giveKey,
  'allow-model': mendModel,
  'add-money': payFor,
  'raise-limit': askForMore,
  'reach-server': reachIt,
  'trust-certificate': ({ target, failure, wayOut }) =>
    wayOut ?? (failure && fixUnreached(failure.code, target)),
  'name-model': nameModel,
  'model-with-vision': seeImages,
  'larger-window': giveRoom,
  'model-with-tools': ({ failure }) =>
    `${asItSays(failure)}put a model that calls tools on the route`,
  'serve-path': serveIt,
  'status-page': lookAtStatus,
};

/** Whose words say what to do know where: whoever runs the server, or its user. */
function askForMore({ target, links, failure }: FixContext): Fix {
  const raise = raiseLimit(target.origin, links);
  const first = asItSays(failure) === '' ? raise : 'do as it says';
  const isOfAccount = failure === undefined || markScopeOf(failure).includes('account');
  const other = isOfAccount ? 'a key of another account' : 'another key';
  const text = [first, ...renewalOf(failure?.message), `add ${other}`].join(', or ');
  return { text, command: shellLine`holdfast auth add ${target.provider}` };
}

/** Vectors are made in one batch, which may be smaller than the window. */
function giveRoom({ target, place, sourceOf, operation, failure }: FixContext): string {
  const what = operation === 'embed' ? 'input' : 'conversation';
  const serve = `start the server at ${target.origin} with a larger`;
  if (/physical batch size/.test(failure?.message ?? ''))
    return `shorten the ${what}, or ${serve} batch (-ub, and -b no smaller)`;
  const own = `; or ${serve} context (-c, --max-model-len or num_ctx, as it calls it)`;
  const larger = `name a model with a larger window${placeToFix(place, sourceOf)}`;
  return `shorten the ${what}, or ${larger}${isOfVendor(target.baseUrl) ? '' : own}`;
}

function payFor({ target, links, failure }: FixContext): Fix {
  const said = { cause: failure?.class, evidence: failure?.message, speaker: failure?.speaker };
  return addMoney(said, target.pool, links);
}

function mendModel({ target, place, provider, sourceOf, links, failure }: FixContext): Fix {
  return fixModel(
    { cause: failure?.class, evidence: failure?.message, speaker: failure?.speaker },
    {
      provider: target.provider,
      at: place.key && sourceOf(place.key),
      keys: links.keys,
      pull: pullModel(provider?.entry, target),
    },
  );
}

function nameModel(scene: FixContext): Fix {
  const fix = mendModel(scene);
  const stranger = describeStranger(scene.target, scene.place, scene.isProvider);
  return { ...fix, text: `${stranger}${fix.text}` };
}

/** Words that say what to do come before what we would do. */
function asItSays(failure: Failure | undefined): string {
  return failure && advises(failure.message, failure) ? 'do as it says, or ' : '';
}

/** Returns the place in config that names the model; empty if the request named it. */
function placeToFix({ key }: TargetPool, sourceOf: FixContext['sourceOf']): string {
  return key === undefined ? ' in the request' : ` at ${sourceOf(key)}`;
}

/** With one provider, a mistyped provider looks like a part of a model's name. */
function describeStranger(
  { model }: Target,
  { key }: TargetPool,
  isProvider: FixContext['isProvider'],
): string {
  const [named = '', rest] = model.split('/');
  if (key !== undefined) return '';
  if (rest === undefined) return 'ask for main, or let aliases send this name there; or ';
  if (isProvider(named)) return '';
  return `${named} is not a configured provider; `;
}

/** Another key mends only what the words do not ask for. */
function allowRequest(scene: FixContext): Fix {
  const { target, failure } = scene;
  const another = replaceKey(scene);
  const first =
    failure && saysMore(failure.message, failure)
      ? asItSays(failure) || 'mend what it names, or '
      : `ask whoever runs ${target.origin} what the key may do, or `;
  return { ...another, text: `${first}${another.text}` };
}

function lookAtStatus(scene: FixContext): string | undefined {
  const { links, failure, target, sourceOf, place } = scene;
  const set = failure && (findTaskLimit(failure, scene) ?? findSetLimit(failure, target, sourceOf));
  if (set !== undefined) return set;
  if (failure && namesTier(failure, target)) return leaveTier(place, target);
  const pages = [failure && frontIn(failure.message)?.status, links.status];
  const known = pages.filter((page) => page !== undefined);
  return known.length === 0 ? undefined : `see ${known.join(' and ')}`;
}
