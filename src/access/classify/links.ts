/**
 * Which links of a provider's words people are shown: those of vendors in the catalogue. Any other
 * may lead anywhere (step 4 of a request). Pure.
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
    .map(ownerOf),
);

const link = /https?:\/\/[^\s"'<>]+[^\s"'<>.,;:)]/g;

/** Replaces links to unknown places. */
export function hideLinks(message: string): string {
  return message.replaceAll(link, (found) => (isKnown(found) ? found : '[link]'));
}

/** A user or a port in front of a known name would lead elsewhere. */
function isKnown(found: string): boolean {
  const url = URL.parse(found);
  const isPlain = url?.protocol === 'https:' && url.username === '' && url.port === '';
  return isPlain && known.has(ownerOf(url.hostname));
}
