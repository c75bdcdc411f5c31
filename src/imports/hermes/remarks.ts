/** What an import has to say besides the settings it writes: collected while translating, printed by the report. */

import type { KeyPath } from '../../config/schema/schema.ts';
import { formatKeyPath } from '../../config/schema/schema.ts';
import type { SourceDocument } from '../../config/yaml/document.ts';

/**
 * `problem`: somebody must do something, or a key or target is missing. `seen`: a fault that users of that agent ran
 * into and that these files show. `not-carried`: left behind, with the reason. `note`: a choice the import made.
 */
export type RemarkKind = 'problem' | 'seen' | 'not-carried' | 'note';

export interface Remark {
  readonly kind: RemarkKind;
  readonly code: string;
  /** File, line and key path, or the variable: never a value. */
  readonly where: string;
  readonly text: string;
  readonly howToFix?: string;
}

/** Collects remarks, each once. */
export class Remarks {
  readonly all: Remark[] = [];

  add(remark: Remark): void {
    const isKnown = this.all.some(
      ({ code, where, text }) => code === remark.code && where === remark.where && text === remark.text,
    );
    if (!isKnown) this.all.push(remark);
  }
}

/** `/home/me/.hermes/config.yaml:5 model.api_key`. */
export function placeOf(document: SourceDocument, path: KeyPath): string {
  const line = document.locate(path)?.line;
  return `${document.path}${line === undefined ? '' : `:${line}`} ${formatKeyPath(path)}`;
}

/** What takes the place of a login that was made there. */
export function insteadOfLogin(provider: string): string {
  return `use an API key: holdfast auth add ${provider}; or describe the login as providers.${provider}.oauth, then: holdfast auth login ${provider}`;
}

/** A URL without user, password, query and fragment: what may be printed of it. */
export function showUrl(text: string): string {
  const url = URL.parse(text.trim());
  if (url === null) return 'an address that is no URL';
  return `${url.origin}${url.pathname === '/' ? '' : url.pathname}`;
}
