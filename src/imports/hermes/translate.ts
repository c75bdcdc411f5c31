/** From everything found in a Hermes folder to settings of ours: references only, and remarks about what does not fit. */

import type { HermesScene } from './locate.ts';
import { type ImportedProvider, ProviderBook, toSettings } from './providers.ts';
import { readChain, readMain, showTarget } from './targets.ts';
import { readTasks } from './tasks.ts';

export interface Translated {
  /** What will be written: a part of our configuration. */
  readonly settings: object;
  readonly providers: readonly ImportedProvider[];
}

export function translate(scene: HermesScene): Translated {
  const translation = { ...scene, book: new ProviderBook(scene) };
  const { config } = scene.found;
  const target = readMain(translation);
  const main = target && showTarget(target);
  const lists = [config.at('fallback_providers'), config.at('fallback_model')];
  const fallbacks = new Set(lists.flatMap((list) => readChain(translation, list)));
  if (main !== undefined) fallbacks.delete(main);
  const auxiliary = readTasks(translation, target);
  const providers = translation.book.all;
  const settings = Object.fromEntries(providers.map((provider) => [provider.name, toSettings(provider)]));
  const all = { main, fallback_chain: [...fallbacks], providers: dropEmpty(settings), auxiliary };
  return { settings: dropEmpty(all), providers };
}

function dropEmpty(settings: Readonly<Record<string, object | string | undefined>>): object {
  const entries = Object.entries(settings).filter(([, value]) => Object.keys(value ?? {}).length > 0);
  return Object.fromEntries(entries);
}
