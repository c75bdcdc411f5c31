/** A base URL and an API mode of Hermes as a base URL and a protocol of ours. Pure. */

import { judgeBaseUrl } from '../../config/resolve/base-url.ts';
import type { ProtocolName } from '../../model/protocol.ts';

const protocolOfMode: Readonly<Record<string, ProtocolName>> = {
  chat_completions: 'openai-chat',
  codex_responses: 'openai-responses',
  responses: 'openai-responses',
  anthropic_messages: 'anthropic-messages',
};

export type ImportedEndpoint =
  | { readonly isValid: true; readonly baseUrl: string; readonly protocol: ProtocolName }
  | { readonly isValid: false; readonly reason: string };

/** Hermes appends `/v1/messages` to an Anthropic base URL, we `/messages`; in other modes both append to what stands there. */
export function toEndpoint(url: string, mode: string | undefined): ImportedEndpoint {
  const judged = judgeBaseUrl(stripEndpoint(url));
  if (!judged.isValid) return { isValid: false, reason: describe(url, judged.howToFix) };
  const protocol = mode === undefined ? protocolAt(judged.baseUrl) : protocolOfMode[mode.toLowerCase()];
  if (protocol === undefined) return { isValid: false, reason: `api_mode ${mode} has no equivalent` };
  if (protocol !== 'anthropic-messages') return { isValid: true, baseUrl: judged.baseUrl, protocol };
  return { isValid: true, baseUrl: `${judged.baseUrl.replace(/\/v1$/, '')}/v1`, protocol };
}

/** Some write the whole endpoint where its beginning belongs. */
function stripEndpoint(url: string): string {
  return url.trim().replace(/\/(chat\/completions|responses|messages)\/*$/, '');
}

/** Why the URL is refused, without the URL: it may hold a password. */
function describe(url: string, howToFix: string): string {
  const parsed = URL.parse(url.trim());
  if (parsed === null) return 'its base_url is no URL';
  return parsed.username !== '' || parsed.password !== '' || parsed.search !== ''
    ? 'its base_url holds a user, a password or a query, which may be a secret'
    : `its base_url does not fit: ${howToFix}`;
}

/** Without a mode, Hermes goes by the path. */
function protocolAt(baseUrl: string): ProtocolName {
  return /\/anthropic(\/v1)?$/i.test(baseUrl) ? 'anthropic-messages' : 'openai-chat';
}

export function isLocal(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return (
    /^(localhost|127\..*|0\.0\.0\.0|\[::1?\]|10\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*)$/.test(
      hostname,
    ) ||
    /\.(local|lan|internal|localhost)$/.test(hostname) ||
    !hostname.includes('.')
  );
}
