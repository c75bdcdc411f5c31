/**
 * The troubles that `run.ts` stages: what is there, who names it, and what must be well once its
 * line was pasted. Data.
 */

import {
  stageCertificates,
  stageMachine,
  stageOthers,
  stageRequests,
  stageService,
  stageSurroundings,
} from './around.ts';
import {
  ask,
  good,
  listProviders,
  type Scene,
  type StagedTrouble,
  standAlone,
  withKey,
} from './scene.ts';

export function stageTroubles(scene: Scene): readonly StagedTrouble[] {
  return [
    ...stageKeys(scene),
    ...stageLooks(scene),
    ...stageTypos(scene),
    ...stageSurroundings(scene),
    ...stageRequests(scene),
    ...stageMachine(scene),
    ...stageService(scene),
    ...stageCertificates(scene),
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
      says: /main cannot be answered: xiaomi says that the key in \.env:1 \(sha256:\w+\) has ended or was withdrawn/,
      typed: good,
    },
    {
      name: 'a key in .env that hides that of the shell',
      config: alone,
      files: withKey('sk-sim-never'),
      shell: { XIAOMI_API_KEY: good },
      says: /xiaomi has different keys, in this order: \.env:1 \(sha256:\w+\), environment XIAOMI_API_KEY/,
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
      says: /main cannot be answered: xiaomi has no key: neither \S+\.env nor the environment sets XIAOMI_API_KEY/,
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
        `${alone}auxiliary:\n  title_generation: {provider: titles, model: sim/titles, fallback: none}\n`.replace(
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
      config: `${alone}auxiliary: {titel_generation: {provider: xiaomi, model: sim/titles}}\n`,
      files: withKey(good),
      says: /auxiliary\.titel_generation .* did you mean title_generation\?/,
      after: 'holdfast ask --task title_generation hello',
    },
    {
      name: 'a typo in the name of a key of the configuration',
      config: `${alone}auxilary: {title_generation: {provider: xiaomi, model: sim/titles}}\n`,
      files: withKey(good),
      says: /config\.yaml:4 auxilary: unknown key/,
      after: 'holdfast ask --task title_generation hello',
    },
    {
      name: 'a typo in the name of a model',
      config: alone.replace('sim/echo', 'sim/thinkng'),
      files: withKey(good),
      // A server of one's own says itself what it has.
      before: 'holdfast models --refresh',
      says: /xiaomi\/sim\/thinkng is in no list of what xiaomi offers; did you mean sim\/thinking\?/,
    },
    {
      name: 'a typo in the name of a provider',
      config: alone.replace('main: xiaomi', 'main: xiaomii'),
      files: withKey(good),
      says: /config\.yaml:1 main: unknown provider xiaomii/,
    },
  ];
}
