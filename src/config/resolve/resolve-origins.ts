/** Resolves a provider's address: its base URL per protocol, and the protocol to use there. */

import { type ProtocolName, protocolNames } from '../../model/protocol.ts';
import type { BaseUrlVariable, Origins, ProviderEntry } from '../../providers/entry.ts';
import { keyVariableOf, sitesOf } from '../../providers/sites.ts';
import type { KeyPath, ProviderSettings } from '../schema/schema.ts';
import { judgeBaseUrl } from './base-url.ts';
import {
  isOurAddress,
  type LookupPlace,
  lookupIn,
  type ResolveContext,
} from './resolve-context.ts';

export interface ProviderAddress {
  readonly protocol: ProtocolName;
  readonly baseUrl: string;
  readonly origin: string;
}

/** A vendor's `*_BASE_URL` variable that is set. */
export interface VariableOrigin {
  readonly variable: string;
  readonly origins: Origins;
  readonly origin: string;
}

/** Preferred if a provider offers it. */
const preferredProtocol: ProtocolName = 'openai-chat';

/** Origins set in config: `base_urls`, `base_url`, or none. */
export function configuredOrigins(
  context: ResolveContext,
  settings: ProviderSettings,
  provider: { readonly entry: ProviderEntry; readonly path: KeyPath },
): Origins | undefined {
  if (settings.base_urls !== undefined) {
    if (settings.base_url !== undefined)
      context.findings.problem(
        [...provider.path, 'base_urls'],
        'is set beside base_url',
        'keep one of them',
      );
    const checked = protocolNames.flatMap((protocol) => {
      const text = settings.base_urls?.[protocol];
      const baseUrl =
        text === undefined
          ? undefined
          : checkUrl(context, [...provider.path, 'base_urls', protocol], text);
      return baseUrl === undefined ? [] : [[protocol, baseUrl] as const];
    });
    return Object.fromEntries(checked);
  }
  if (settings.base_url === undefined) return undefined;
  const baseUrl = checkUrl(context, [...provider.path, 'base_url'], settings.base_url);
  if (baseUrl === undefined) return {};
  return { [settings.protocol ?? protocolAt(provider.entry, baseUrl)]: baseUrl };
}

/** Undefined after a problem. */
export function checkUrl(context: ResolveContext, path: KeyPath, text: string): string | undefined {
  const judged = judgeBaseUrl(text);
  if (!judged.isValid) {
    const { message, fix, meant } = judged;
    const typo =
      meant === undefined ? {} : { typo: { of: 'value', written: text, meant } as const };
    context.findings.problem(path, message, { fix, ...typo });
    return undefined;
  }
  if (isOurAddress(context, judged.origin)) {
    const text = `${path.join('.')} (${judged.origin}) is the address of this gateway itself; it is ignored`;
    context.findings.warn('upstream-is-ourselves', text);
  }
  return judged.baseUrl;
}

/** The vendor's known site with this endpoint, by protocol; empty if none has it. */
export function findSite(entry: ProviderEntry, { protocol, baseUrl }: ProviderAddress): Origins {
  return sitesOf(entry).find(({ origins }) => origins[protocol] === baseUrl)?.origins ?? {};
}

/**
 * A software's protocols are the same wherever it runs, at one base URL. Empty for a vendor, whose
 * sites differ.
 */
export function originsOfSoftware(
  entry: ProviderEntry,
  { baseUrl }: Pick<ProviderAddress, 'baseUrl'>,
): Origins {
  if (entry.isSoftware !== true) return {};
  return Object.fromEntries(Object.keys(entry.origins).map((protocol) => [protocol, baseUrl]));
}

/** The protocol of the vendor's known site at this base URL; else the preferred one. */
function protocolAt(entry: ProviderEntry, baseUrl: string): ProtocolName {
  const known = sitesOf(entry)
    .flatMap(({ origins }) => protocolNames.filter((protocol) => origins[protocol] === baseUrl))
    .sort(
      (left, right) => Number(right === preferredProtocol) - Number(left === preferredProtocol),
    );
  return known[0] ?? preferProtocol(entry.origins) ?? preferredProtocol;
}

function preferProtocol(origins: Origins): ProtocolName | undefined {
  if (origins[preferredProtocol] !== undefined) return preferredProtocol;
  return protocolNames.find((protocol) => protocol === Object.keys(origins)[0]);
}

/** Undefined if the wanted protocol has no endpoint. */
export function chooseEndpoint(
  origins: Origins,
  wanted: ProtocolName | undefined,
): ProviderAddress | undefined {
  const protocol = wanted ?? preferProtocol(origins);
  const baseUrl = protocol === undefined ? undefined : origins[protocol];
  if (protocol === undefined || baseUrl === undefined) return undefined;
  return { protocol, baseUrl, origin: new URL(baseUrl).origin };
}

/**
 * Reads the vendor's base URL variable that goes with this key variable, first from the key's own
 * place, then from the other.
 */
export function readVariableOrigin(
  context: ResolveContext,
  entry: ProviderEntry,
  key: { readonly variable: string; readonly place: LookupPlace },
): VariableOrigin | undefined {
  const base = entry.baseUrlVariables?.find((one) => keyVariableOf(one) === key.variable);
  if (base === undefined) return undefined;
  const [text] = [key.place, 'dotenv' as const, 'env' as const].flatMap(
    (place) => lookupIn(place, context.places, base.variable) || [],
  );
  return text ? judgeOriginVariable(context, base, text) : undefined;
}

function judgeOriginVariable(
  context: ResolveContext,
  base: BaseUrlVariable,
  text: string,
): VariableOrigin | undefined {
  const judged = judgeBaseUrl(text);
  if (!judged.isValid) {
    const fix = { text: `${judged.fix}, or unset it` };
    const problem = { key: base.variable, message: judged.message, fix };
    context.findings.outsideProblem('environment', problem);
    return undefined;
  }
  if (isOurAddress(context, judged.origin)) {
    const text = `${base.variable} points at this gateway itself (${judged.origin}); it is ignored`;
    context.findings.warn('upstream-is-ourselves', text);
    return undefined;
  }
  const suffix = base.suffix ?? '';
  const baseUrl = judged.baseUrl.endsWith(suffix) ? judged.baseUrl : `${judged.baseUrl}${suffix}`;
  const origins = Object.fromEntries(
    base.protocols.map((protocol) => [protocol, baseUrl] as const),
  );
  return { variable: base.variable, origins, origin: judged.origin };
}
