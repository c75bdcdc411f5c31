/**
 * The values of a config with their sources, including most defaults, flat and without secrets: the
 * output of `config show`.
 */

import { defaults } from '../../model/defaults.ts';
import type { ResolvedConfig } from '../resolved/resolved.ts';
import { formatKeyPath } from '../schema/key-paths.ts';
import type { KeyPath } from '../schema/schema.ts';
import { showLeaf } from '../schema/show-leaf.ts';
import { listLeaves } from '../schema/values.ts';
import { formatSource, type ResolveContext } from './resolve-context.ts';

type Values = ResolvedConfig['values'];

/**
 * Values of the config as written, the gateway's as resolved, and defaults that do not depend on
 * other values.
 */
export function resolveValues(context: ResolveContext): Values {
  const { settings, document, gateway } = context;
  const effective: Values = [
    { key: 'gateway.host', value: gateway.host.value, source: gateway.host.source },
    { key: 'gateway.port', value: String(gateway.port.value), source: gateway.port.source },
  ];
  const taken = new Set(effective.map(({ key }) => key));
  const configured = listLeaves(settings, [])
    .map(({ path, leaf }) => ({
      key: formatKeyPath(path),
      value: showValue(path, leaf),
      source: formatSource(document, path),
    }))
    .filter(({ key }) => !taken.has(key));
  const known = [...configured.map(({ key }) => key), ...taken];
  const isKnown = (key: string): boolean =>
    known.some(
      (other) => other === key || other.startsWith(`${key}.`) || other.startsWith(`${key}[`),
    );
  const defaults = listDefaults(context).filter(({ key }) => !isKnown(key));
  return [...configured, ...effective, ...defaults];
}

function listDefaults({ gateway }: ResolveContext): Values {
  const values: Readonly<Record<string, string>> = {
    'gateway.allowed_hosts': gateway.allowedHosts.join(', '),
    'gateway.allowed_origins': gateway.allowedOrigins.join(', '),
    'gateway.max_inflight_bytes': String(gateway.maxInflightBytes),
    'gateway.drain_timeout': String(gateway.drainTimeoutMs / 1000),
    'gateway.send_timeout': String(gateway.sendTimeoutMs / 1000),
    'gateway.unknown_model': defaults.gateway.unknownModel,
    'gateway.pinned_fallback': defaults.gateway.pinnedFallback,
    blind_models: defaults.blindModels,
    'descriptions.save': String(defaults.descriptions.save),
    'descriptions.keep': String(defaults.descriptions.keep),
    'descriptions.max_bytes': String(defaults.descriptions.maxBytes),
    'log.format': defaults.log.format,
    'log.keep': String(defaults.log.keep),
    'records.content': String(defaults.records.content),
    'records.days': String(defaults.records.days),
    'sessions.save': String(defaults.sessions.save),
    'sessions.keep': String(defaults.sessions.keep),
    'sessions.max_bytes': String(defaults.sessions.maxBytes),
    precedence: defaults.precedence.join(', '),
  };
  return Object.entries(values).map(([key, value]) => ({ key, value, source: 'default' }));
}

function showValue(path: KeyPath, leaf: unknown): string {
  const shown = showLeaf(path, leaf);
  return typeof shown === 'string' ? shown : JSON.stringify(shown);
}
