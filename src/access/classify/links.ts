/**
 * Which links of a provider's words people are shown: those of vendors in the catalogue, and those
 * of the place that was asked. Any other may lead anywhere (step 4 of a request). Pure.
 */

import { builtinEntries } from '../../providers/builtin.ts';
import { sitesOf } from '../../providers/sites.ts';

/** Anybody may have a place under these. */
const shared =
  /(^|\.)(google|azure|amazonaws|aliyuncs|googleapis|microsoft|github|huggingface|readthedocs)\.[a-z]+$/;

/** `platform.openai.com` and `openai.com` are one owner's: the last two labels are. */
function ownerOf(host: string): string {
  return shared.test(host) ? host : host.split('.').slice(-2).join('.');
}

const known: ReadonlySet<string> = new Set(
  builtinEntries
    .flatMap((entry) => sitesOf(entry).flatMap(({ links = {} }) => Object.values(links)))
    .flatMap((address) => URL.parse(address)?.hostname ?? [])
    .map(ownerOf)
    .concat('ai.studio', 'ai.dev', 'google.dev'), // Google's, as Gemini's refusals name them
);

const link = /https?:\/\/[^\s"'<>]+[^\s"'<>.,;:)]/g;

/** Replaces links to unknown places. `asked`: the origin that said it. Default: unknown. */
export function hideLinks(message: string, asked = ''): string {
  const own = nameOf(asked);
  return message.replaceAll(link, (found) => (isKnown(found, own) ? found : '[link]'));
}

/** A user or a port in front of a known name would lead elsewhere. */
function isKnown(found: string, own: string | undefined): boolean {
  const url = URL.parse(found);
  const isPlain = url?.protocol === 'https:' && url.username === '' && url.port === '';
  return (
    isPlain && (known.has(ownerOf(url.hostname)) || (own !== undefined && nameOf(found) === own))
  );
}

/** A shorter label may stand before the last one of a country: `co` of `co.uk`. */
const minNameLength = 4;

/** Returns `cohere` of `api.cohere.ai` and `dashboard.cohere.com`; undefined if it has no owner. */
function nameOf(address: string): string | undefined {
  const { protocol, hostname = '' } = URL.parse(address) ?? {};
  if (protocol !== 'https:' || shared.test(hostname)) return undefined;
  const name = hostname.split('.').at(-2) ?? '';
  return name.length < minNameLength ? undefined : name;
}
