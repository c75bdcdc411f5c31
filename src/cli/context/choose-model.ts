/**
 * The second question of `init`: which model. A server of the user's own is asked for its models
 * first, so that one of them is chosen.
 */

import { askWhetherMeant } from '../../config/schema/nearest.ts';
import type { Host } from '../../host.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import { quietly, withRuntime } from './with-runtime.ts';

/** The first question chooses the provider. */
export interface Chosen {
  readonly name: string;
  /** Absent for a server of the user's own. */
  readonly entry?: ProviderEntry | undefined;
  readonly baseUrl?: string;
  /** Parts of its address that no variable names. Default: none. */
  readonly parts?: Readonly<Record<string, string>>;
}

export interface InitQuestions {
  readonly host: Host;
  readonly signal: AbortSignal;
  ask(prompt: string): Promise<string>;
  talk(text: string): void;
}

/** A proxy may list hundreds. All can be chosen by name. */
const shownModels = 40;

/** The models to choose from. */
interface Offer {
  readonly ids: readonly string[];
  /** Enter chooses it. */
  readonly wished: string | undefined;
  /** The server lists no others. */
  readonly isWhole: boolean;
  /** Names the server or the provider. */
  readonly place: string;
}

/** Also returns the base URL that answered, which may be longer than what was typed. */
export async function chooseModel(
  questions: InitQuestions,
  chosen: Chosen,
): Promise<{ readonly chosen: Chosen; readonly model: string }> {
  const { ask, talk } = questions;
  const found = await findOffer(questions, chosen);
  const { ids, wished, isWhole, place } = found.offer;
  const numbered = ids.slice(0, shownModels).map((id, index) => `  ${index + 1}. ${id}\n`);
  if (ids.length > shownModels) numbered.push(`  and ${ids.length - shownModels} more\n`);
  const more = isWhole ? '' : ', among others';
  if (ids.length > 0) talk(`Models of ${place}${more}:\n${numbered.join('')}`);
  const prompt = `2. Model${ids.length === 0 ? '' : ', by number or name'}`;
  for (;;) {
    const said = (await ask(`${prompt}${wished === undefined ? '' : ` [${wished}]`}: `)).trim();
    const model = said === '' ? wished : readModel(said, chosen.name, found.offer);
    if (typeof model === 'string') return { chosen: found.chosen, model };
    talk(`   ${model?.problem ?? `enter a model's name as ${place} lists it`}\n`);
  }
}

async function findOffer(
  questions: InitQuestions,
  chosen: Chosen,
): Promise<{ readonly chosen: Chosen; readonly offer: Offer }> {
  const { name, entry } = chosen;
  const own = chosen.baseUrl ?? (entry?.isKeyless ? entry.origins['openai-chat'] : undefined);
  if (own !== undefined) return askServer(questions, chosen, own);
  const ids = entry?.models.map(({ id }) => id) ?? [];
  const offer = { ids, wished: entry?.defaultModel, isWhole: false, place: name };
  return { chosen, offer };
}

/** Many servers have their API below `/v1`, and print their address without it. */
async function askServer(
  { host, signal, talk }: InitQuestions,
  chosen: Chosen,
  own: string,
): Promise<{ readonly chosen: Chosen; readonly offer: Offer }> {
  const isBare = chosen.baseUrl !== undefined && new URL(own).pathname === '/';
  let problem = '';
  for (const baseUrl of isBare ? [own, `${own}/v1`] : [own]) {
    const listed = await listModels(host, { name: chosen.name, baseUrl }, signal);
    if ('ids' in listed) {
      const place = chosen.entry === undefined ? baseUrl : `${chosen.name} at ${baseUrl}`;
      const wished = listed.ids.find((id) => !/embed/i.test(id)) ?? listed.ids[0];
      if (wished === undefined) talk(`   the server at ${baseUrl} has no models yet\n`);
      const offer = { ids: listed.ids, wished, isWhole: wished !== undefined, place };
      return { chosen: chosen.entry === undefined ? { ...chosen, baseUrl } : chosen, offer };
    }
    problem ||= listed.problem;
  }
  talk(`   ${problem}\n`);
  const offer = { ids: [], wished: undefined, isWhole: false, place: `the server at ${own}` };
  return { chosen, offer };
}

/** Asks the server as `holdfast models --refresh` does once it is configured. */
async function listModels(
  host: Host,
  { name, baseUrl }: { readonly name: string; readonly baseUrl: string },
  signal: AbortSignal,
): Promise<{ readonly ids: readonly string[] } | { readonly problem: string }> {
  const server = { base_url: baseUrl, protocol: 'openai-chat', auth: 'none' };
  const placeholder = `${name}/any`;
  const config = { main: placeholder, providers: { [name]: server } };
  return withRuntime({ ...quietly, host, config }, async (runtime) => {
    const [listing] = await runtime.refreshModels(signal);
    signal.throwIfAborted();
    if (listing?.problem !== undefined)
      return { problem: describeProblem(baseUrl, listing.problem) };
    const names = runtime.modelNames().filter(({ owner }) => owner === name);
    return {
      ids: names.map((one) => one.name.slice(name.length + 1)).filter((id) => id !== 'any'),
    };
  });
}

/** Our own findings about an answer begin with "it"; all else is from the system: no connection. */
function describeProblem(baseUrl: string, problem: string): string {
  if (/^its? /.test(problem)) return `the server at ${baseUrl} lists no models: ${problem}`;
  const code = /\bE[A-Z]{3,}\b/.exec(problem)?.[0];
  const why = code === undefined ? '' : ` (${code})`;
  return `no server runs at ${baseUrl}${why}: start it, or leave with Ctrl-C and choose another`;
}

const address =
  /^(\w+:\/\/|(localhost|\d{1,3}(\.\d{1,3}){3}|\[[\da-f:]+\])(:\d+)?(\/|$)|[\w-]+(\.[\w-]+)+:\d{2,5}(\/|$))/i;

export function isAddress(said: string): boolean {
  return address.test(said);
}

/** Returns the model, or why the answer is not one. */
function readModel(
  said: string,
  provider: string,
  { ids, isWhole, place }: Offer,
): string | { readonly problem: string } {
  const model = said.startsWith(`${provider}/`) ? said.slice(provider.length + 1) : said;
  if (ids.includes(model)) return model;
  const range = `a number from 1 to ${ids.length}, or a name of the list`;
  if (/^\d+$/.test(model)) {
    const problem =
      ids.length === 0 ? `${said} is not a model name` : `there is no ${said}: ${range}`;
    return ids[Number(model) - 1] ?? { problem };
  }
  if (isAddress(model)) return { problem: `${said} is an address; enter a model's name` };
  if (/\s/.test(model) || model === '') return { problem: `"${said}" is not a model name` };
  if (!isWhole) return model;
  return { problem: `${place} has no ${said}; ${askWhetherMeant(model, ids) ?? `enter ${range}`}` };
}
