/**
 * Describes answers of another speaker than the API for people: who spoke, and what to do about it.
 * Pure.
 */

import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { rowOfClass } from '../../failures/classes.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { AnswerSpeaker, FailureClass } from '../../model/failure.ts';
import { frontIn, isOfGateway } from '../../protocols/body/fronts.ts';
import { nameStatus } from './by-status.ts';

/** Says what `upstream` and `page` mean for people. */
type SpokenTrouble =
  | 'key'
  | 'rights'
  | 'model'
  | 'money'
  | 'door'
  | 'site'
  | 'crowd'
  | 'limit'
  | 'fall'
  | 'behind'
  | 'other';

/** A page with one of these stands in front of the API; with others a server restarts, say. */
const shutBy: readonly FailureClass[] = ['unknown', 'forbidden-request'];

/** With one of these an upstream fails that its proxy names: the proxy itself is well. */
const fallen: readonly FailureClass[] = ['server-error', 'overloaded', 'timeout', 'stream-cut'];

function troubleOf(speaker: AnswerSpeaker): SpokenTrouble {
  const { is, meant, name } = speaker;
  if (is === 'nobody' || is === 'unclear') return 'other';
  if (is === 'upstream' && isOfRights(meant))
    return meant === 'forbidden-model' ? 'model' : 'rights';
  if (name === undefined || !fallen.includes(meant)) return troubleBehind(speaker);
  return is === 'page' ? 'behind' : 'fall';
}

/** The key is known, and may not do this. */
function isOfRights(meant: FailureClass): boolean {
  const { heldAgainst, keyTest } = rowOfClass(meant);
  return heldAgainst === 'key' && keyTest === 'limited';
}

function troubleBehind({ is, meant }: AnswerSpeaker): SpokenTrouble {
  const { heldAgainst: trouble = 'other', isRequestFault, isLimit } = rowOfClass(meant);
  if (isLimit === true && trouble === 'other') return is === 'page' ? 'crowd' : 'limit';
  if (is === 'page' && meant === 'malformed') return 'site';
  const isRefusal = isRequestFault === true && meant !== 'too-large';
  const isShut = trouble !== 'other' || isRefusal || shutBy.includes(meant);
  return is === 'page' && isShut ? 'door' : trouble;
}

interface SaidWords {
  /** Absent: the answer had none, or nobody knows it any more. */
  readonly status?: number | undefined;
  readonly cause?: FailureClass | 'budget' | undefined;
  readonly speaker?: AnswerSpeaker | undefined;
}

/** True if somebody said it: a page, an empty body, a cut or a silence we describe ourselves. */
export function isSaid({ status, cause, speaker }: SaidWords): boolean {
  if (speaker?.is === 'page' || speaker?.is === 'nobody') return false;
  if (status !== undefined || cause === undefined || cause === 'budget') return true;
  return rowOfClass(cause).phrases.brief === undefined;
}

/** In words. Fewer say no, and not what would help. */
const minAdvice = 4;

/** A word, or two characters of a script that puts no spaces between words. */
const word =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}]{2}|[^\s\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}]+/gu;

/** True if somebody's words may say what to do; what we say of an answer without words does not. */
export function saysMore(words = '', said: SaidWords = {}): boolean {
  return isSaid(said) && (words.match(word)?.length ?? 0) >= minAdvice;
}

/** An address, or words to the reader. */
const advice =
  /https?:|\b(?:please|must|should|needs?|enable|accept|agree|contact|request|upgrade|subscribe|visit|see|set|use|add|sign|bitte|veuillez|por favor)\b|[请請]|ください|下さい|세요/i;

/** True if words that refuse a model also say how one gets it: most only say no. */
export function advises(words: string | undefined, said: SaidWords): boolean {
  return saysMore(words, said) && advice.test(words ?? '');
}

/** What ends a limit of a whole month or week: `wait for the next month`. Mostly nothing. */
export function renewalOf(words = ''): readonly string[] {
  const [, long, short] =
    /\b(month|week)ly\b|(?:\/ ?|\b(?:per|each|every|this) )(month|week)\b/i.exec(words) ?? [];
  const window = long ?? short;
  return window === undefined ? [] : [`wait for the next ${window.toLowerCase()}`];
}

/** True where what has no such name is a deployment of the account, and no model of the vendor. */
export function namesDeployment(words = ''): boolean {
  return /\bdeployment\b/i.test(words);
}

/** Quotes what somebody said; our own description has no quotation marks. */
export function quoteWords(text: string, words: SaidWords): string {
  return text === '' || !isSaid(words) ? text : `"${text}"`;
}

/** Continues a sentence after the name of a target or provider; undefined if the class says all. */
const happened: Readonly<Record<SpokenTrouble, string | undefined>> = {
  key: 'has no working key for its own upstream',
  rights: 'may not do this at its own upstream, though its key is known there',
  model: 'may not use this model at its own upstream',
  money: 'has no quota or money left at its own upstream',
  door: 'is behind a login, a filter or a proxy, which refused the request',
  site: 'answers with a web page, which no API does',
  crowd: 'is behind a proxy or a CDN, which lets no more requests through for now',
  limit: 'is at a limit of its own upstream',
  fall: 'was let down by its own upstream',
  behind: 'is behind a proxy or a CDN, which answers in its place',
  other: undefined,
};

/** Returns, for example, `has no working key for its own upstream`. */
export function describeSpeaker(speaker: AnswerSpeaker | undefined): string | undefined {
  if (speaker === undefined) return undefined;
  const words = isGuess(speaker) ? describeGuess(speaker) : happened[troubleOf(speaker)];
  if (speaker.name === undefined) return words;
  return speaker.is === 'page'
    ? words?.replace('a proxy or a CDN', speaker.name)
    : words?.replace('its own upstream', `its own upstream ${speaker.name}`);
}

/** True if only the status speaks: neither whose words they are nor what they mean says more. */
export function isGuess(speaker: AnswerSpeaker): boolean {
  if (speaker.byStatus === undefined) return false;
  const trouble = troubleOf(speaker);
  return trouble === 'other' || (speaker.is === 'upstream' && trouble !== 'fall');
}

function describeGuess({ is, byStatus = 0 }: AnswerSpeaker): string {
  return is === 'upstream'
    ? `passed on ${nameStatus(byStatus)} of its own upstream`
    : `answered ${nameStatus(byStatus)}`;
}

interface AskedPlace {
  readonly provider: string;
  /** The providers entry whose key was sent. */
  readonly pool: string;
  readonly origin: string;
  /** The upstream that failed. Default: nobody named it. */
  readonly upstream?: string | undefined;
  /** What came, as we describe it. Default: unknown. */
  readonly came?: string | undefined;
}

const fixes: Readonly<
  Record<SpokenTrouble, ((place: AskedPlace) => string | undefined) | undefined>
> = {
  key: ({ provider }) =>
    `give ${provider} a working key for its own upstream; your key for ${provider} was not refused`,
  rights: ({ provider }) =>
    `have whoever runs ${provider} do as it says, or get that allowed at its upstream; your key for ${provider} was not refused`,
  model: ({ provider }) =>
    `have this model allowed for the account that ${provider} asks with, or name another one; your key for ${provider} was not refused`,
  money: ({ provider }) =>
    `pay or raise the limit at the upstream of ${provider}; your key for ${provider} was not refused`,
  door: (place) =>
    exempt(place) ??
    `open ${place.origin} in a browser and see whose page it is: a login of a network or of a proxy? If ${place.provider} itself writes it, ${shellLine`holdfast auth test ${place.pool}`}`,
  site: ({ provider, origin }) =>
    `correct ${formatKeyPath(['providers', provider, 'base_url'])} if it is the address of a website and not of its API; or open ${origin} in a browser: a login of a network or of a proxy?`,
  crowd: undefined,
  limit: undefined,
  // [D] https://openrouter.ai/docs/guides/routing/provider-selection
  fall: ({ provider, upstream = '' }) =>
    `have ${provider} ask another upstream than ${upstream} (at OpenRouter with provider: {ignore: [${upstream.toLowerCase().replaceAll(' ', '-')}]} in the request, or in a task's extra_body), or name another model`,
  behind: exempt,
  other: exempt,
};

/** A filter of a network lets nothing of a server through. */
function exempt({ provider, origin, came = '' }: AskedPlace): string | undefined {
  return frontIn(came)?.guards === 'network'
    ? `have the administrator of this network exempt ${new URL(origin).hostname} from its web filter, or ask from another network; neither ${provider} nor the key is at fault`
    : undefined;
}

/** Returns a fix; undefined if the class has it, or only waiting helps. */
export function fixSpeaker(
  speaker: AnswerSpeaker | undefined,
  place: AskedPlace,
): string | undefined {
  if (speaker === undefined) return undefined;
  const { is, meant, name } = speaker;
  // nobody was reached, and so no filter of names spoke: what became of the way says more
  if (is === 'page' && meant === 'connect') return undefined;
  if (!isGuess(speaker) || is !== 'upstream')
    return fixes[troubleOf(speaker)]?.({ ...place, upstream: name });
  if (isOfGateway(speaker.byStatus ?? 0))
    return `have whoever runs ${place.provider} look at the server behind it`;
  return name === undefined
    ? `see what the upstream of ${place.provider} says: it may lack a key, money or the model there`
    : fixes.fall?.({ ...place, upstream: name });
}
