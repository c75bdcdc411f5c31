/**
 * Reads an error that a gateway wrote as XML into the fields that errors in JSON have (step 4 of a
 * request). Pure; no parser: an error has one code and one sentence.
 */

import type { WireObject } from '../../protocols/json/is-record.ts';

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};

/**
 * Returns `{ code, message }` of `<Error><Code>AccessDenied</Code><Message>…</Message></Error>`,
 * whatever prefixes its elements have. Undefined if no element has a sentence. S3 and Alibaba write
 * it so; WSO2 has `<ams:message>` with an `<ams:description>`, SOAP has `<faultstring>`.
 */
export function readXmlError(text: string): WireObject | undefined {
  if (!/^\s*<[?\w]/.test(text)) return undefined;
  const said = [readElement(text, 'message|faultstring'), readElement(text, 'description|detail')];
  const words = said.filter((one) => one !== undefined);
  const code = readElement(text, 'code|faultcode');
  return words.length === 0
    ? undefined
    : { message: words.join(': '), ...(code === undefined ? {} : { code }) };
}

function readElement(text: string, names: string): string | undefined {
  const [, found] = new RegExp(`<(?:\\w+:)?(?:${names})(?: [^>]*)?>([^<]+)<`, 'i').exec(text) ?? [];
  const plain = found?.replace(/&\w+;/g, (entity) => entities[entity] ?? entity).trim();
  return plain === '' ? undefined : plain;
}
