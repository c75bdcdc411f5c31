/** The troubles that `run.ts` stages: what is there, who names it, and what must be well once its line was pasted. Data. */

/** Where the simulated provider listens, and a port that somebody else has. */
export interface Scene {
  /** Ends with `/v1`. */
  readonly provider: string;
  readonly takenPort: number;
  /** The same provider, which serves nothing but what is below `/v1`; without that at its end. */
  readonly unversioned: string;
  /** A server whose clock is an hour behind. */
  readonly late: string;
  /** One whose certificate nobody knows. */
  readonly untrusted: string;
}

export interface StagedTrouble {
  readonly name: string;
  readonly config: string;
  /** Further files of the home. */
  readonly files?: Readonly<Record<string, string>>;
  /** Variables of the shell. */
  readonly shell?: Readonly<Record<string, string>>;
  /** A gateway runs, with these variables and not the shell's. */
  readonly service?: Readonly<Record<string, string>>;
  /** What a person did before. */
  readonly before?: string;
  /** The command that names it. Default: `holdfast doctor`. */
  readonly by?: string;
  /** Its cause, in the first five lines. */
  readonly says: RegExp;
  /** What is typed where the mend asks for something. */
  readonly typed?: string;
  /** What must end well afterwards. Default: `holdfast ask hello`. */
  readonly after?: string;
  /** No line of ours mends it: it is only named. */
  readonly isOthers?: true;
}

const good = 'sk-sim-good+new';

function listProviders(baseUrl: string): string {
  return `providers:\n  xiaomi: {base_url: "${baseUrl}"}\n  spare: {base_url: "${baseUrl}", protocol: openai-chat, api_key: sk-sim-good+spare}\n`;
}

/** A main model at one provider, which is a catalogue's with another address. */
function standAlone(baseUrl: string): string {
  return `main: xiaomi/sim/echo\nproviders:\n  xiaomi: {base_url: "${baseUrl}"}\n`;
}

function withKey(key: string): Readonly<Record<string, string>> {
  return { '.env': `XIAOMI_API_KEY=${key}\n` };
}

const ask = 'holdfast ask hello';

export function stageTroubles(scene: Scene): readonly StagedTrouble[] {
  return [
    ...stageKeys(scene),
    ...stageLooks(scene),
    ...stageTypos(scene),
    ...stageSurroundings(scene),
    ...stageOthers(scene),
  ];
}

/** Keys that are refused, spent, hidden or not there. */
function stageKeys({ provider }: Scene): readonly StagedTrouble[] {
  const providers = listProviders(provider);
  const alone = standAlone(provider);
  return [
    {
      name: 'a wrong key in .env',
      config: alone,
      files: withKey('sk-sim-never'),
      before: ask,
      says: /main cannot be answered: xiaomi rejects the key in \.env:1 \(sha256:/,
      typed: good,
    },
    {
      name: 'a key that was revoked, seen by explain',
      config: alone,
      files: withKey('sk-sim-revoked'),
      before: ask,
      by: 'holdfast explain main',
      says: /main cannot be answered: xiaomi says that the key in \.env:1 \(sha256:\w+\) was withdrawn/,
      typed: good,
    },
    {
      name: 'a key in .env that hides that of the shell',
      config: alone,
      files: withKey('sk-sim-never'),
      shell: { XIAOMI_API_KEY: good },
      says: /xiaomi: the key in \.env:1 \(sha256:\w+\) hides the key in environment XIAOMI_API_KEY/,
    },
    {
      name: 'an account that was spent, and has been topped up',
      config: alone.replace('sim/echo', 'sim/status-402-once'),
      files: withKey(good),
      before: ask,
      says: /the account of the key in \.env:1 \(sha256:\w+\) at xiaomi has no money left/,
    },
    {
      name: 'no key at all',
      config: `main: xiaomi/sim/echo\nauxiliary: {vision: {provider: spare, model: sim/echo}}\n${providers}`,
      says: /main cannot be answered: xiaomi has no key: neither \.env nor the environment sets XIAOMI_API_KEY/,
      typed: good,
    },
    {
      name: 'a key that is set to nothing',
      config: `main: xiaomi/sim/echo\nauxiliary: {vision: {provider: spare, model: sim/echo}}\n${providers}`,
      files: withKey(''),
      says: /main cannot be answered: xiaomi has no key.*\.env/,
      typed: good,
    },
    {
      name: 'a side task that always fails',
      config:
        `${alone}auxiliary:\n  title_generation: {provider: titles, model: sim/echo, fallback: none}\n`.replace(
          'providers:\n',
          `providers:\n  titles: {base_url: "${provider}", protocol: openai-chat, credentials: [{env: TITLES_KEY}]}\n`,
        ),
      files: { '.env': `XIAOMI_API_KEY=${good}\nTITLES_KEY=sk-sim-never\n` },
      before: 'holdfast ask --task title_generation hello',
      by: 'holdfast explain title_generation',
      says: /title_generation cannot be answered: titles rejects the key in config\.yaml:3 → \.env:2/,
      typed: good,
      after: 'holdfast ask --task title_generation hello',
    },
  ];
}

/** Keys that look wrong. */
function stageLooks({ provider }: Scene): readonly StagedTrouble[] {
  const alone = standAlone(provider);
  return [
    {
      name: 'two keys in one',
      config: alone,
      files: withKey('sk-sim-never+a,sk-sim-never+b'),
      says: /xiaomi: the key at \.env:1 \(sha256:\w+\) looks like two keys in one/,
      typed: good,
    },
    {
      name: 'a key with its quotation marks',
      config: alone,
      shell: { XIAOMI_API_KEY: '"sk-sim-good"' },
      says: /xiaomi: the key at environment XIAOMI_API_KEY \(sha256:\w+\) begins or ends with a quotation mark/,
      typed: good,
    },
    {
      name: 'a whole line where the key belongs',
      config: alone,
      shell: { XIAOMI_API_KEY: 'XIAOMI_API_KEY=sk-sim-good' },
      says: /xiaomi: the key at environment XIAOMI_API_KEY .* has its variable's name in it/,
      typed: good,
    },
    {
      name: 'a key file that everybody can read',
      config: alone,
      files: withKey(good),
      before: 'chmod 755 "$HOLDFAST_HOME" && chmod 644 "$HOLDFAST_HOME/.env"',
      says: /\.env holds a key and everybody on this machine can read it/,
    },
  ];
}

/** Slips in the configuration. */
function stageTypos({ provider }: Scene): readonly StagedTrouble[] {
  const alone = standAlone(provider);
  return [
    {
      name: 'a typo in the name of a task',
      config: `${alone}auxiliary: {titel_generation: {provider: xiaomi, model: sim/echo}}\n`,
      files: withKey(good),
      says: /auxiliary\.titel_generation .* did you mean title_generation\?/,
      after: 'holdfast ask --task title_generation hello',
    },
    {
      name: 'a typo in the name of a key of the configuration',
      config: `${alone}auxilary: {title_generation: {provider: xiaomi, model: sim/echo}}\n`,
      files: withKey(good),
      says: /config\.yaml:4 auxilary: unknown key/,
      after: 'holdfast ask --task title_generation hello',
    },
    {
      name: 'a typo in the name of a model',
      config: alone.replace('sim/echo', 'mimo-v2.6-por'),
      files: withKey(good),
      says: /xiaomi\/mimo-v2\.6-por is in no list of what xiaomi offers; did you mean mimo-v2\.6-pro\?/,
    },
    {
      name: 'a typo in the name of a provider',
      config: alone.replace('main: xiaomi', 'main: xiaomii'),
      files: withKey(good),
      says: /config\.yaml:1 main: unknown provider xiaomii/,
    },
  ];
}

/** What stands around: servers, ports, files, a gateway. */
function stageSurroundings({ provider, takenPort, unversioned }: Scene): readonly StagedTrouble[] {
  const providers = listProviders(provider);
  const alone = standAlone(provider);
  return [
    {
      name: 'a variable that only the shell has, under a service',
      config: `main: xiaomi/sim/echo\nfallback_chain: [spare/sim/echo]\n${providers}`,
      shell: { XIAOMI_API_KEY: good },
      service: {},
      by: 'holdfast explain',
      says: /XIAOMI_API_KEY is set in this shell \(sha256:\w+\) but not for the gateway at http\S+ \(pid \d+\)/,
    },
    {
      name: 'base_url without /v1',
      config: standAlone(unversioned),
      files: withKey(good),
      before: ask,
      says: /http:\S+ does not serve the API of xiaomi: is \/v1 missing at its end\?/,
    },
    {
      name: 'a port that is taken',
      config: `${alone}gateway: {port: ${takenPort}}\n`,
      files: withKey(good),
      says: new RegExp(`127\\.0\\.0\\.1:${takenPort}, where the gateway would listen, is taken`),
      after: `test "$(holdfast config get gateway.port)" = ${takenPort + 1}`,
    },
    {
      name: 'a provider that is down',
      config: `main: down/m\nauxiliary: {vision: {provider: spare, model: sim/echo}}\n${providers}  down: {base_url: "http://127.0.0.1:9/v1", protocol: openai-chat, api_key: sk-sim-good}\n`,
      says: /http:\/\/127\.0\.0\.1:9\/v1 cannot be reached, so main cannot be answered/,
    },
    {
      name: 'a state file that cannot be read',
      config: alone,
      files: { ...withKey(good), 'state.db': 'this is no database, and was never one' },
      says: /the state file \S+state\.db: file is not a database/,
    },
    {
      name: 'two configurations',
      config: alone,
      files: {
        ...withKey(good),
        'other.yaml': alone,
      },
      shell: { HOLDFAST_CONFIG: '$HOME/other.yaml' },
      service: {},
      says: /this shell and the gateway at http\S+ \(pid \d+\) read two configurations/,
    },
  ];
}

/** What somebody else must mend, or a hand on this machine that is not ours. */
function stageOthers({ provider, late, untrusted }: Scene): readonly StagedTrouble[] {
  const files = withKey('sk-sim-good+new');
  return [
    {
      name: 'a proxy variable that leads nowhere',
      config: standAlone('https://api.provider.test/v1'),
      files,
      shell: { HTTPS_PROXY: 'http://127.0.0.1:9' },
      says: /https:\/\/api\.provider\.test\/v1 cannot be reached through the proxy 127\.0\.0\.1:9/,
      after: 'test "$NO_PROXY" = api.provider.test',
    },
    {
      name: 'an account that is spent',
      config: standAlone(provider),
      files: withKey('sk-sim-broke'),
      before: ask,
      says: /main cannot be answered: the account of the key in \.env:1 \(sha256:\w+\) at xiaomi has no money left/,
      isOthers: true,
    },
    {
      name: 'a clock that differs',
      config: standAlone(late),
      files,
      says: /this machine's clock is 6[01] min ahead of that of http:\S+/,
      isOthers: true,
    },
    {
      name: 'a certificate that nobody knows',
      config: standAlone(untrusted),
      files,
      says: /https:\/\/127\.0\.0\.1:\d+\/v1 cannot be reached, so main cannot be answered/,
      isOthers: true,
    },
  ];
}
