/**
 * The values of a config with their sources, including defaults, flat and without secrets: the
 * output of `config show`.
 */

import type { ResolvedConfig } from '../resolved/resolved.ts';
import { formatKeyPath } from '../schema/key-paths.ts';
import type { KeyPath } from '../schema/schema.ts';
import { listDefaults } from '../schema/schema-walk.ts';
import { showLeaf } from '../schema/show-leaf.ts';
import { listLeaves } from '../schema/values.ts';
import { formatSource, type ResolveContext } from './resolve-context.ts';
import { isWithin } from './salvage.ts';

type Values = ResolvedConfig['values'];

/**
 * Values of the config as written, the gateway's as resolved, and defaults that do not depend on
 * other values.
 */
export function resolveValues({ settings, document, gateway }: ResolveContext): Values {
  const effective: Values = [
    { key: 'gateway.host', value: gateway.host.value, source: gateway.host.source },
    { key: 'gateway.port', value: String(gateway.port.value), source: gateway.port.source },
  ];
  const configured = listLeaves(settings, [])
    .map(({ path, leaf }) => ({
      key: formatKeyPath(path),
      value: showValue(path, leaf),
      source: formatSource(document, path),
    }))
    .filter(({ key }) => !effective.some((other) => other.key === key));
  const known = [...configured, ...effective];
  const fallbacks = [
    { path: ['gateway', 'allowed_hosts'], shown: gateway.allowedHosts.join(', ') },
    ...listDefaults(),
  ]
    .map(({ path, shown }) => ({ key: formatKeyPath(path), value: shown, source: 'default' }))
    .filter(({ key }) => !known.some((other) => isWithin(other.key, key)));
  return [...known, ...fallbacks];
}

function showValue(path: KeyPath, leaf: unknown): string {
  const shown = showLeaf(path, leaf);
  return typeof shown === 'string' ? shown : JSON.stringify(shown);
}

/** Addresses that a variable of the vendor has set, as if they stood in the file. */
export function listMoved(providers: ResolvedConfig['providers']): Values {
  return [...providers].flatMap(([name, { movedBy: source, targetFor }]) =>
    source === undefined
      ? []
      : [
          {
            key: formatKeyPath(['providers', name, 'base_url']),
            value: targetFor('any').baseUrl,
            source,
          },
        ],
  );
}
