/**
 * What a person can do about a failure that needs nothing but its class, its words and who said
 * them: one answer for an error, a story and `doctor`. Pure.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { AnswerSpeaker, FailureClass } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import type { ProviderLinks } from '../../providers/entry.ts';
import { hedgeFix } from './hedge-fix.ts';
import { fixOtherPlan, fixOtherSite } from './other-sites.ts';
import { advises, fixSpeaker } from './speakers.ts';
import { fillPhrase } from './wording.ts';
import { fixKnown, fixWords } from './words-fix.ts';

export interface SaidFailure {
  readonly cause?: FailureClass | 'budget' | undefined;
  /** The words of the refusal. */
  readonly evidence?: string | undefined;
  readonly speaker?: AnswerSpeaker | undefined;
}

export interface FailedPlace {
  readonly provider: string;
  /** The providers entry whose key was sent. Default: that of the provider. */
  readonly pool?: string | undefined;
  /** Its target, as `provider/model`. */
  readonly id: string;
  readonly baseUrl: string;
  /** The vendor's pages, if the vendor itself was asked. */
  readonly links?: Partial<ProviderLinks> | undefined;
}

/** Undefined if its place in the configuration decides, or if only waiting helps. */
export function fixSaid(
  { cause, evidence = '', speaker }: SaidFailure,
  place: FailedPlace,
): Fix | undefined {
  const { provider, pool = provider, id, baseUrl, links } = place;
  const { origin } = new URL(baseUrl);
  const asked = { provider, model: id.slice(id.indexOf('/') + 1), baseUrl };
  // what the page says is nearer than whose it is
  const named = speaker?.is === 'page' ? fixKnown(cause, evidence, asked) : undefined;
  if (named !== undefined) return named;
  const text = fixSpeaker(speaker, { provider, pool, origin, came: evidence });
  if (text !== undefined) return { text };
  const known = fixWords(cause, evidence, asked);
  if (known !== undefined) return known;
  if (cause === 'auth-rejected') return fixOtherSite(provider, baseUrl);
  if (cause === 'billing') return fixOtherPlan(provider, baseUrl);
  const phrase = cause && cause !== 'budget' && rowOfClass(cause).phrases.fix;
  if (!phrase) return undefined;
  const words = {
    PROVIDER: provider,
    MODEL: asked.model,
    SERVER: origin,
    CONSOLE: links?.keys === undefined ? '' : `(${new URL(links.keys).origin})`,
    FLAGS: listFlags(evidence),
    SAID: advises(evidence, { cause, speaker }) ? 'do as it says, or' : '',
  };
  const fix = fillPhrase(phrase, words).replaceAll(/^ +| +(?=[ ,:;]|$)/g, '');
  return hedgeFix({ text: fix }, { cause, speaker, evidence }, place);
}

/** Returns `--jinja`, or `what it names`. */
function listFlags(words: string): string {
  const flags = [...words.matchAll(/(?<![\w-])--[a-z][\w-]*/gi)].map(([flag]) => flag);
  return flags.length === 0 ? 'what it names' : [...new Set(flags)].join(' and ');
}
