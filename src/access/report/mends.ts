/**
 * What a person can do so that a request is answered: one line for each candidate that did not, by
 * its class. Nothing is told that only waiting helps.
 */

import type { ResolvedProvider } from '../../config/resolved/resolved.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { FixKind } from '../../failures/row.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Credential } from '../../model/credential.ts';
import type { Operation } from '../../model/protocol.ts';
import type { CandidateVerdict } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import { isVendors } from '../../providers/sites.ts';
import type { Journey } from '../request/journey.ts';
import type { Place } from '../select/candidates.ts';
import { fixSpeaker } from '../wording/speakers.ts';
import { askElsewhere } from '../wording/wording.ts';
import { failureBehind } from './exhaustion.ts';

/** More would not be read. */
const mostMends = 3;

/**
 * What helps where nobody answered: in the order of the candidates, each once, and a second model
 * where there is one alone.
 */
export function listMends(
  journey: Journey,
  candidates: readonly CandidateVerdict[],
): readonly string[] {
  const isAlone = new Set(journey.candidates.places.map(({ target }) => target.id)).size === 1;
  const mayFallBack = journey.request.operation === 'generate'; // vectors of two models never mix
  const spare =
    isAlone && mayFallBack && candidates.length > 0
      ? ['for a second model: holdfast fallback add PROVIDER/MODEL']
      : [];
  return [...mendsOf(journey, candidates), ...spare];
}

/** In the order of the candidates, each once. */
export function mendsOf(
  journey: Journey,
  candidates: readonly CandidateVerdict[],
): readonly string[] {
  const mends = candidates
    .filter((one) => !isSpareMissing(one, candidates))
    .flatMap((candidate) => {
      const scene = openScene(journey, candidate);
      const failure = failureBehind(candidate);
      if (scene === undefined || failure === undefined) return [];
      const { fix } = rowOfClass(failure);
      return fixSpeaker(candidate.speaker, scene.target) ?? (fix && writers[fix](scene)) ?? [];
    });
  return [...new Set(mends)].slice(0, mostMends);
}

/** A key that is missing beside one that is there is not what keeps the target from answering. */
function isSpareMissing(
  { target, cause }: CandidateVerdict,
  all: readonly CandidateVerdict[],
): boolean {
  return (
    cause === 'auth-missing' &&
    all.some((other) => other.target === target && other.cause !== cause)
  );
}

interface MendScene {
  readonly target: Target;
  /** Why it did not answer, in words. */
  readonly told: string;
  readonly operation: Operation;
  readonly place: Place;
  readonly provider: ResolvedProvider | undefined;
  readonly credential: Credential | undefined;
  /** The line that holds the key: `.env:1`. */
  readonly keyAt: string | undefined;
  /** `providers.local.base_url (config.yaml:4)`. */
  readonly sourceOf: (key: string) => string;
  readonly isProvider: (name: string) => boolean;
  /** The vendor's pages, where it is the vendor who is asked. */
  readonly links: Partial<ResolvedProvider['entry']['links']>;
}

type WriteMend = (scene: MendScene) => string | undefined;

function openScene(
  journey: Journey,
  { target: id, credential: key, text: told }: CandidateVerdict,
): MendScene | undefined {
  const { engine, candidates } = journey;
  const place = candidates.places.find(({ target }) => target.id === id);
  if (place === undefined) return undefined;
  const { target } = place;
  const { providers, values } = engine.config();
  const provider = providers.get(target.provider);
  const credential = key === undefined ? undefined : place.pool?.find(key);
  const reading = credential === undefined ? undefined : engine.reader.peek(credential);
  return {
    target,
    told,
    operation: journey.request.operation,
    place,
    provider,
    credential,
    keyAt: reading?.state === 'ok' ? lineOf(reading.foundAt) : undefined,
    sourceOf: (name) => {
      const source = values.find(
        ({ key: path }) => path === name || path === `${name}.model`,
      )?.source;
      return source === undefined || source === 'default' ? name : `${name} (${source})`;
    },
    isProvider: (name) => providers.has(name),
    links:
      provider !== undefined && isVendors(provider.entry, target.origin)
        ? provider.entry.links
        : {},
  };
}

/** The last of the places that a key was found by. */
function lineOf(foundAt: string): string | undefined {
  return foundAt
    .split(' → ')
    .at(-1)
    ?.replace(/^environment /, 'the environment variable ');
}

const writers: Readonly<Record<FixKind, WriteMend>> = {
  'replace-key': replaceKey,
  'give-key': giveKey,
  'allow-model': ({ links, sourceOf, place }) =>
    `choose another model${placeToMend(place, sourceOf)}${linked(', or allow this one at', links.keys)}`,
  'add-money': ({ target, links }) =>
    `add money${linked(' at', consoleOf(links.keys))}, then ${shellLine`holdfast auth reset ${target.pool}`}`,
  'raise-limit': ({ target, links }) =>
    `raise the limit${linked(' at', consoleOf(links.keys))}, or add another key: ${shellLine`holdfast auth add ${target.provider}`}`,
  'reach-server': reachIt,
  'trust-certificate': ({ target, sourceOf }) =>
    `look at this machine's clock and certificates (NODE_EXTRA_CA_CERTS), or correct ${sourceOf(`providers.${target.provider}.base_url`)}`,
  'name-model': ({ target, place, sourceOf, isProvider }) =>
    `${describeStranger(target, place, isProvider)}correct the model${placeToMend(place, sourceOf)}: holdfast models --refresh lists what ${target.provider} offers`,
  'model-with-vision': () =>
    'write blind_models: describe and name a model that sees in auxiliary.vision, or put one on the route',
  'model-with-tools': () => 'put a model that calls tools on the route',
  'serve-path': serveIt,
  'status-page': lookAtStatus,
};

/** Where config names the model; nothing where the request does. */
function placeToMend({ key }: Place, sourceOf: MendScene['sourceOf']): string {
  return key === undefined ? ' in the request' : ` at ${sourceOf(key)}`;
}

/** With one provider, a mistyped one is taken for a part of a model's name. */
function describeStranger(
  { model }: Target,
  { key }: Place,
  isProvider: MendScene['isProvider'],
): string {
  const [named = '', rest] = model.split('/');
  if (rest === undefined || key !== undefined || isProvider(named)) return '';
  return `${named} is not a configured provider; `;
}

/** The key is tested first: what is refused for a moment works again. */
function replaceKey({ target, credential, keyAt, links }: MendScene): string {
  const test = shellLine`holdfast auth test ${target.pool}`;
  if (credential === undefined) return shellLine`holdfast auth add ${target.provider}`;
  if (credential.source === 'oauth')
    return `${test}, and if it is refused again ${shellLine`holdfast auth login ${target.provider}`}`;
  if (credential.source === 'stored')
    return `${test}, and if it is refused again ${shellLine`holdfast auth add ${target.provider}`}${linked(' with a key from', links.keys)}`;
  const place = keyAt === undefined ? '' : ` into ${keyAt}`;
  return `${test}, and if it is refused again put a new key${place}${linked(' from', links.keys)}`;
}

function giveKey({ target, provider, credential, links }: MendScene): string {
  if (credential?.source === 'oauth' || provider?.oauth !== undefined)
    return shellLine`holdfast auth login ${target.provider}`;
  if (target.pool !== target.provider) return `write ${target.pool}.api_key`;
  const variable =
    credential?.locator.kind === 'variable'
      ? credential.locator.variable
      : provider?.keyVariables?.[0];
  const set = variable === undefined ? '' : `, or set ${variable}`;
  return `${shellLine`holdfast auth add ${target.provider}`}${set}${linked(' with a key from', links.keys)}`;
}

/** An address that names no version mostly lacks it. */
function serveIt({ target, operation, sourceOf }: MendScene): string {
  const line = sourceOf(`providers.${target.provider}.base_url`);
  if (!/\/v\d[^/]*(\/|$)/.test(target.baseUrl))
    return `base_url without /v1? Try ${target.baseUrl}/v1 as ${line}`;
  return operation === 'generate' ? `correct ${line}` : askElsewhere[operation];
}

/** A proxy stands before the server: what the server does is not known. */
function reachIt({ target, links, sourceOf, told }: MendScene): string {
  if (/\b(a|the) proxy\b/.test(told))
    return `correct HTTPS_PROXY or HTTP_PROXY, or name ${new URL(target.origin).hostname} in NO_PROXY`;
  return links.docs === undefined || !target.origin.startsWith('https:')
    ? `start the server at ${target.origin}, or correct ${sourceOf(`providers.${target.provider}.base_url`)}`
    : `look at this machine's network and proxy${linked(', and at', links.status)}`;
}

function lookAtStatus({ links }: MendScene): string | undefined {
  return links.status === undefined ? undefined : `see ${links.status}`;
}

function linked(words: string, address: string | undefined): string {
  return address === undefined ? '' : `${words} ${address}`;
}

/** Balance and limits stand beside the keys. */
function consoleOf(keys: string | undefined): string | undefined {
  return keys === undefined ? undefined : new URL(keys).origin;
}
