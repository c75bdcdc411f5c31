/**
 * Troubles of the machine, as files and variables of a home, drawn at random. Data; nothing here
 * knows how the program explains any of them.
 */

import { Random } from '../simulation/random.ts';

export interface MachineTrouble {
  readonly name: string;
  /** Lines of `config.yaml`, after those of the home. */
  readonly config?: string;
  /** Replaces `main: one/big`. */
  readonly main?: string;
  /** Fields of the provider `one`. */
  readonly fields?: string;
  readonly dotenv?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Files of the home, besides. */
  readonly files?: Readonly<Record<string, string>>;
  /** Keys to store with `auth add`. */
  readonly stored?: readonly string[];
  /** Commands that a person has run before. */
  readonly before?: readonly (readonly string[])[];
  /** Of files that others may read. */
  readonly mode?: Readonly<Record<string, number>>;
}

const secret = (name: string): string => `sk-test-${name}-0123456789abcdef`;
const given = secret('one');

export const machineTroubles: readonly MachineTrouble[] = [
  { name: 'curly quotes around the model', main: '“one/big”' },
  { name: 'curly quotes around the provider', main: '“one”/big' },
  { name: 'an odd dash in the model', main: 'one/big\u2011er' },
  { name: 'an invisible character in the model', main: 'one/b\u200big' },
  { name: 'a mistyped provider', main: 'onne/big' },
  { name: 'a mistyped key', config: 'fallback_chian: [one/small]' },
  { name: 'a mistyped task', config: 'auxiliary: {title_generatoin: {provider: one, model: big}}' },
  { name: 'a timeout in ms', fields: 'timeout: 30000' },
  { name: 'a wait in ms', config: 'max_wait: 60000' },
  { name: 'a price of one token', config: 'prices: {one/big: {input: 5.9e-7, output: 1e-6}}' },
  { name: 'a repeated target', config: 'fallback_chain: [one/big]' },
  { name: 'an alias of a task', config: 'aliases: {main: one/small}' },
  { name: 'no key is sent', fields: 'auth: none', stored: ['one'] },
  { name: 'a stored key behind a bad one', dotenv: `ONE_KEY="'${given}"`, stored: ['one'] },
  { name: 'a key that is an address', dotenv: 'ONE_KEY=op://Private/one/credential' },
  { name: 'a key that is a URL', dotenv: 'ONE_KEY=https://one.test/keys' },
  { name: 'a key that is a placeholder', dotenv: 'ONE_KEY=your-api-key' },
  { name: 'a key that is a path', dotenv: 'ONE_KEY=/run/secrets/one' },
  { name: 'two keys', dotenv: `ONE_KEY=${given},${given}b` },
  { name: 'a bearer', dotenv: `ONE_KEY="Bearer ${given}"` },
  { name: 'an empty key', dotenv: 'ONE_KEY=' },
  { name: 'a key with an invisible character', dotenv: `ONE_KEY=${given}\u200b` },
  { name: 'a key of this gateway', dotenv: `ONE_KEY=hf_${'a'.repeat(32)}` },
  { name: 'no key', dotenv: '# nothing' },
  { name: 'a line of PowerShell', dotenv: `$env:ONE_KEY = "${given}"` },
  { name: 'a name with a colon', dotenv: `ONE_KEY: ${given}` },
  { name: 'a line with a space', dotenv: `ONE_KEY = ${given}` },
  { name: 'a set of cmd', dotenv: `set ONE_KEY=${given}` },
  { name: 'a proxy in .env', dotenv: `ONE_KEY=${given}\nHTTPS_PROXY=http://proxy.test:3128` },
  { name: 'a home in .env', dotenv: `ONE_KEY=${given}\nHOLDFAST_PORT=4700` },
  { name: 'unchecked certificates', variables: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
  { name: 'a proxy for all', variables: { ALL_PROXY: 'http://proxy.test:3128' } },
  { name: 'no such time zone', variables: { TZ: 'Mars/Olympus' } },
  { name: 'no such issuers', variables: { NODE_EXTRA_CA_CERTS: '/nowhere/root.pem' } },
  { name: 'an old gateway', variables: { HOLDFAST_URL: 'http://gone.test:4653' } },
  { name: 'a port that is none', variables: { HOLDFAST_PORT: 'tcp://10.96.12.3:4653' } },
  { name: 'a gateway key that is none', variables: { HOLDFAST_GATEWAY_KEY: 'short' } },
  {
    name: 'an admin key that is none',
    variables: { HOLDFAST_ADMIN_KEY: 'with a space in it here' },
  },
  { name: 'a variable beside the file', variables: { ONE_KEY: secret('other') } },
  {
    name: 'a variable that names a file',
    dotenv: '# none',
    variables: { ONE_KEY_FILE: '/run/one' },
  },
  {
    name: 'an agent with its own key',
    variables: { OPENAI_BASE_URL: 'http://127.0.0.1:4653/v1', OPENAI_API_KEY: secret('agent') },
  },
  { name: 'broken keys of callers', files: { 'caller-keys.json': '{"version": 1, "keys": [],}' } },
  { name: 'a gateway key of nothing', files: { 'gateway.key': '\n' } },
  { name: 'the same keys', before: [['key']], files: { 'admin.key': `hf_${'b'.repeat(32)}\n` } },
  { name: 'broken stored keys', files: { 'credentials.json': '{' } },
  { name: 'conversations that are gone', files: { 'sessions.db': '' } },
  { name: 'a state that is no database', files: { 'state.db': 'this is no database at all' } },
  { name: 'keys that all can read', mode: { '.env': 0o644, 'config.yaml': 0o644 } },
  { name: 'an unknown provider with prices', config: 'prices: {nobody/m: {input: 1, output: 1}}' },
  { name: 'a provider without a protocol', config: '# none', fields: 'protocol: openai_chat' },
  { name: 'an address without a version', fields: 'base_url: "https://one.test"' },
  { name: 'an address with two versions', fields: 'base_url: "https://one.test/v1/v1"' },
  { name: 'an address of a path', fields: 'base_url: "https://one.test/v1/chat/completions"' },
  { name: 'a budget without a price', fields: 'budget: {usd: 5, per: day}' },
  {
    name: 'a key in the file',
    fields: `api_key: ${secret('file')}`,
    mode: { 'config.yaml': 0o644 },
  },
  { name: 'a keychain', fields: 'credentials: [{keychain: {service: x, account: y}}]' },
  { name: 'a file that is not there', fields: 'credentials: [{file: /nowhere/one.key}]' },
  { name: 'a program that is not there', fields: 'credentials: [{command: [nowhere-at-all]}]' },
  { name: 'an order of sources', config: 'precedence: [env, dotenv]', stored: ['one'] },
  { name: 'sources left out', fields: 'ignore_sources: [stored, config, dotenv, env]' },
];

export interface MachineStory {
  readonly seed: number;
  readonly troubles: readonly MachineTrouble[];
}

/** Each trouble alone first; then two or three at once. */
export function drawMachine(seed: number): MachineStory {
  const alone = machineTroubles[seed];
  if (alone !== undefined) return { seed, troubles: [alone] };
  const random = new Random(seed * 7919 + 3);
  const drawn = machineTroubles.toSorted(() => random.next() - 0.5);
  return { seed, troubles: drawn.slice(0, random.integer(2, 3)) };
}

export const stagedKey = given;
