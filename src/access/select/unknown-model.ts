/**
 * What a caller is told whose model nobody offers here (step 1 of a request): which known name was
 * meant, or who offers it, before the list of all. Pure.
 */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { askAbout, findNearest } from '../../config/schema/nearest.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Operation } from '../../model/protocol.ts';
import { catalogue } from '../../providers/builtin.ts';

/** Returns the fix. `listed` are the ids that providers have listed, by provider. */
export function fixUnknownModel(
  config: ResolvedConfig,
  { model, operation }: { readonly model: string; readonly operation: Operation },
  listed: (provider: string) => Iterable<string>,
): string {
  const tasks = [...config.routes.keys()].join(', ');
  const providers = [...config.providers.keys()].join(', ');
  const embeddings =
    operation === 'embed' ? ', or name the model for vectors in auxiliary.embeddings' : '';
  const first = suggestMeant(model, listNames(config, listed)) ?? nameWhoOffers(model) ?? '';
  return `${first}ask for a task (${tasks}) or for "provider/model" with one of: ${providers}${embeddings}; or set gateway.unknown_model to main, which then answers`;
}

function listNames(
  { routes, aliases, providers }: ResolvedConfig,
  listed: (provider: string) => Iterable<string>,
): readonly string[] {
  const targets = [...routes.values()].flatMap((route) => route.targets);
  const offered = [...providers.keys()].flatMap((name) =>
    [...listed(name)].map((id) => `${name}/${id}`),
  );
  return [
    ...routes.keys(),
    ...aliases.map(({ pattern }) => pattern).filter((pattern) => !pattern.includes('*')),
    ...targets.map(({ target }) => target.id),
    ...offered,
  ];
}

/**
 * Programs write a vendor before a name (`openai/main`, `models/main`) and a tag behind it
 * (`main:latest`).
 */
function suggestMeant(model: string, names: readonly string[]): string | undefined {
  const asked = model.trim().toLowerCase();
  const parts = asked.split('/');
  const ends = parts.map((_, from) => parts.slice(from).join('/'));
  const forms = ends.flatMap((end) => [end, end.replace(/:[^:/]*$/, '')]);
  const same = forms.flatMap(
    (form) =>
      names.find((name) => name.toLowerCase() === form) ??
      names.find((name) => name.toLowerCase().endsWith(`/${form}`)) ??
      [],
  );
  const question = askAbout({ meant: same[0] ?? findNearest(asked, names) });
  return question && `${question} Otherwise `;
}

/** A vendor that the catalogue knows, which is not configured. */
function nameWhoOffers(model: string): string | undefined {
  const [prefix = ''] = model.split('/', 1);
  const entry =
    catalogue.get(prefix) ??
    catalogue.entries.find(({ models }) => models.some(({ id }) => id === model));
  if (entry === undefined || entry.keyVariables.length === 0) return undefined;
  return `give Holdfast a key of ${entry.title} (${shellLine`holdfast auth add ${entry.name}`}), or `;
}
