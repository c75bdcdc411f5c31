/** Lists notations in which a provider may repeat a key, whole or in part. */

const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(2, '0');

export const notations = {
  'JSON escapes': (key) => key.replace(/./g, (char) => `\\u00${hex(char)}`),
  'JSON escapes in JSON': (key) => key.replace(/./g, (char) => `\\\\u00${hex(char)}`),
  'percent-encoding': (key) => key.replace(/./g, (char) => `%${hex(char)}`),
  base64: (key) => Buffer.from(`Bearer ${key}`).toString('base64').replaceAll('=', ''),
  capitals: (key) => key.toUpperCase(),
  'a part': (key) => key.slice(7, 23),
  hex: (key) => Buffer.from(key).toString('hex'),
  'hex of a part, its bytes apart': (key) =>
    [...key.slice(7, 23)].map((char) => hex(char).toUpperCase()).join(':'),
  'escapes of programs': (key) => key.replace(/./g, (char) => `\\\\x${hex(char)}`),
  'pieces between escaped line breaks': (key) => key.replace(/.{9}/g, (piece) => `${piece}\\n  `),
} satisfies Readonly<Record<string, (key: string) => string>>;
