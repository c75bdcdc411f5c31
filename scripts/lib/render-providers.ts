/**
 * Writes docs/providers.md from the built-in catalogue. Pure: `npm run docs` puts the text on disk,
 * a test compares it.
 */

import { builtinEntries } from '../../src/providers/builtin.ts';
import type { AlternativeOrigin, Origins, ProviderEntry } from '../../src/providers/entry.ts';

const HEADER = `# Providers

<!-- Generated from src/providers/entries by \`npm run docs\`. Do not edit. -->

What Holdfast knows of each vendor, as data. The order is the catalogue's: without a config, the first provider here
whose key variable is set becomes the main provider, with its default model; one whose origin has a part, as
\`{region}\`, never does. Config names the part (\`providers.bedrock.region\`), or the variable beside it. \`base_url\` in
config replaces all of a provider's origins; any other model id may be written too.

Marks: **D** vendor documentation, **S** read in public source, **I** a public issue, **3** a third party, **n/v** not
verified.

| provider | title | protocols and origins | key variables | limits are counted on | default model | pages | as of |
|---|---|---|---|---|---|---|---|
`;

const SITES_HEADER = `
## Further sites and plans

Keys of one site rarely work at another. Write the address as \`base_url\` of the provider.

| provider | site | protocols and origins | key variables | keys begin with | when | mark |
|---|---|---|---|---|---|---|
`;

const MODELS_HEADER = `
## Models

Facts that decide something: whether a long request may go there, how long silence is normal, whether a cut answer can be
continued. An empty cell is unknown, not no.

| model | context window | output at most | thinks | tools | images | continues a prefill | as of | mark |
|---|---|---|---|---|---|---|---|---|
`;

/** Renders the whole page. Deterministic: the same catalogue gives the same text. */
export function renderProviders(): string {
  return [
    HEADER,
    ...builtinEntries.map(renderEntry),
    SITES_HEADER,
    ...builtinEntries.flatMap((entry) =>
      (entry.alternativeOrigins ?? []).map((site) => renderSite(entry, site)),
    ),
    MODELS_HEADER,
    ...builtinEntries.flatMap(renderModels),
  ].join('');
}

function renderEntry(entry: ProviderEntry): string {
  return renderRow([
    `\`${entry.name}\``,
    entry.title,
    `${renderOrigins(entry.origins) || 'your `base_url`'}${renderParts(entry)}`,
    `${renderVariables(entry.keyVariables)}${entry.isKeyless ? ' (no key needed)' : ''}`,
    renderLimitScope(entry),
    entry.defaultModel === undefined ? '' : `\`${entry.defaultModel}\``,
    Object.entries(entry.links)
      .map(([name, link]) => `[${name}](${link})`)
      .join(' '),
    `${entry.asOf} (${entry.verified.origins})`,
  ]);
}

function renderSite(entry: ProviderEntry, site: AlternativeOrigin): string {
  return renderRow([
    `\`${entry.name}\``,
    site.name,
    renderOrigins(site.origins),
    renderVariables(site.keyVariables ?? []),
    (site.keyPrefixes ?? []).map((prefix) => `\`${prefix}\``).join(' '),
    site.note,
    site.verified,
  ]);
}

function renderModels(entry: ProviderEntry): string[] {
  return entry.models.map((model) =>
    renderRow([
      `\`${entry.name}/${model.id}\`${model.retiredOn === undefined ? '' : ` (retired ${model.retiredOn})`}`,
      model.contextWindow?.toLocaleString('en-GB') ?? '',
      model.maxOutput?.toLocaleString('en-GB') ?? '',
      renderClaim(model.thinks),
      renderClaim(model.tools),
      renderClaim(model.images),
      renderClaim(model.prefill),
      model.asOf,
      model.verified,
    ]),
  );
}

function renderOrigins(origins: Origins): string {
  return Object.entries(origins)
    .map(([protocol, url]) => `${protocol} \`${url}\``)
    .join('<br>');
}

function renderParts({ parts = {} }: ProviderEntry): string {
  return Object.entries(parts)
    .map(([name, variables]) => `<br>\`{${name}}\`: ${renderVariables(variables)}`)
    .join('');
}

function renderVariables(variables: readonly string[]): string {
  return variables.map((variable) => `\`${variable}\``).join('<br>');
}

/** Returns the source for what limits are counted on. */
export function limitSourceOf({ limitScopeSource, links }: ProviderEntry): string {
  return limitScopeSource ?? links.limits ?? '';
}

function renderLimitScope(entry: ProviderEntry): string {
  const source = limitSourceOf(entry);
  return source.startsWith('https://')
    ? `[${entry.limitScope}](${source})`
    : `${entry.limitScope} (n/v)`;
}

function renderClaim(claim: boolean | 'optional' | undefined): string {
  if (claim === undefined) return '';
  if (claim === 'optional') return 'if asked';
  return claim ? 'yes' : 'no';
}

function renderRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}
