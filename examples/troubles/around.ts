/**
 * The troubles of what stands around: servers, requests, the machine, the service, certificates.
 * Data.
 */

import {
  ask,
  good,
  listProviders,
  type Scene,
  type StagedTrouble,
  standAlone,
  withKey,
} from './scene.ts';

/** What stands around: servers, ports, files, a gateway. */
export function stageSurroundings({
  provider,
  takenPort,
  unversioned,
}: Scene): readonly StagedTrouble[] {
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
      says: /main is not answered: xiaomi\/sim\/echo answered 404 \(Not Found\)/,
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

/** What no mark tells: the requests themselves say it. */
export function stageRequests({ provider }: Scene): readonly StagedTrouble[] {
  const files = withKey(good);
  const alone = standAlone(provider);
  const besides = (main: string): string =>
    `main: ${main}\nauxiliary: {vision: {provider: spare, model: sim/echo}}\n${listProviders(provider)}`;
  const title = 'holdfast ask --task title_generation hello';
  return [
    {
      name: 'a provider that is slow',
      config: `${alone}auxiliary:\n  title_generation: {provider: xiaomi, model: sim/slow-first-2s, timeout: 1, judge: false, fallback: none}\n`,
      files,
      before: title,
      says: /title_generation is not answered: xiaomi\/sim\/slow-first-2s kept silent/,
      after: title,
    },
    {
      name: 'a provider that is silent',
      config: besides('xiaomi/sim/silent').replace('xiaomi: {', 'xiaomi: {timeout: 1, '),
      files,
      before: ask,
      says: /main is not answered: xiaomi\/sim\/silent kept silent/,
    },
    {
      name: 'a context window that is too small',
      config: besides('xiaomi/sim/context-overflow'),
      files,
      // one request may be at fault itself; three different ones are not
      before: `${ask}; holdfast ask again; holdfast ask another`,
      says: /main is not answered: xiaomi\/sim\/context-overflow/,
    },
    {
      name: 'a budget of retries that is spent',
      config: alone.replace(
        /xiaomi: \{.*\}/,
        `xiaomi: {base_url: "${provider}", credentials: [${[...Array(12).keys()].map((n) => `{label: k${n}, api_key: sk-sim-never+${n}}`).join(', ')}, {label: last, api_key: sk-sim-good+last}]}`,
      ),
      before: ask,
      says: /main is not answered: xiaomi\/sim\/echo rejected its key/,
    },
  ];
}

/** The machine's own: a disk, a lock. */
export function stageMachine({ provider }: Scene): readonly StagedTrouble[] {
  const config = standAlone(provider);
  const files = withKey(good);
  const lock = `const { DatabaseSync } = require('node:sqlite'); const db = new DatabaseSync(process.env.HOLDFAST_HOME + '/state.db'); db.exec('PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE'); console.log('locked'); setTimeout(() => {}, 60_000)`;
  return [
    {
      name: 'a disk that is full',
      config,
      files,
      before:
        'mkdir "$HOLDFAST_HOME/logs" && mount -t tmpfs -o size=40m tmpfs "$HOLDFAST_HOME/logs" || exit 77; cd "$HOLDFAST_HOME/logs" && echo > holdfast-2026-02-01.jsonl && head -c 99999999 /dev/zero > holdfast-2026-01-01.jsonl; true',
      says: /the disk with the log \(\S+\) is full/,
      clear: 'umount "$HOLDFAST_HOME/logs"',
    },
    {
      name: 'a state file that is locked',
      config,
      files,
      before: `${ask}; node -e "${lock}" > "$HOLDFAST_HOME/lock" 2>&1 & until grep -q locked "$HOLDFAST_HOME/lock" 2>/dev/null; do :; done`,
      says: /the state file \S+state\.db: it is locked by node \(pid \d+\)/,
    },
  ];
}

/** Of an installed service; a program in place of systemd's does what it is told. */
export function stageService({ provider }: Scene): readonly StagedTrouble[] {
  const unit = '"$HOME/.config/systemd/user/holdfast.service"';
  const shell = { HOLDFAST_GATEWAY_KEY: '' };
  const installed = { config: standAlone(provider), files: withKey(good), shell };
  const programs = { systemctl: 'exit 0', loginctl: 'echo yes' };
  return [
    {
      ...installed,
      programs,
      name: 'a unit of an older version',
      before: `XDG_STATE_HOME=/elsewhere holdfast service install`,
      says: /the service file \S+holdfast\.service was made for other paths or by another version/,
    },
    {
      ...installed,
      programs,
      name: 'a unit that was edited by hand',
      before: `holdfast service install; sed -i s/RestartSec=5/RestartSec=50/ ${unit}`,
      says: /the service file \S+holdfast\.service was edited by hand/,
    },
    {
      ...installed,
      programs,
      name: 'a socket unit of another port',
      before: `holdfast service install; sed -i s/^ListenStream=.*/ListenStream=127.0.0.1:9/ "$HOME/.config/systemd/user/holdfast.socket"`,
      says: /the socket unit listens at 127\.0\.0\.1:9, the configuration says 127\.0\.0\.1:\d+/,
    },
    {
      ...installed,
      programs,
      name: 'a variable that the service will not have',
      files: {},
      shell: { ...shell, XIAOMI_API_KEY: good },
      before: 'holdfast service install',
      says: /XIAOMI_API_KEY is set in this shell \(sha256:\w+\), but not for the service/,
    },
  ];
}

/** Certificates and logins that are refused. */
export function stageCertificates({
  provider,
  ended,
  endedFile,
  proxy,
  proxyFile,
  login,
}: Scene): readonly StagedTrouble[] {
  const files = withKey(good);
  const spare = `  spare: {base_url: "${provider}", protocol: openai-chat, api_key: sk-sim-good+spare}\n`;
  const corp = `main: corp/m\nproviders:\n  corp: {base_url: "${login.api}", protocol: openai-chat, oauth: {issuer: "${login.issuer}", client_id: ${login.clientId}, scopes: [openid, offline_access]}}\n`;
  return [
    {
      name: 'a proxy that looks into TLS',
      config: standAlone('https://api.provider.test/v1'),
      files,
      shell: { HTTPS_PROXY: proxy, SSL_CERT_FILE: proxyFile },
      says: /api\.provider\.test\/v1 cannot be reached through the proxy \S+ so main cannot be answered: its certificate is signed by "Corp Proxy", which it does not send and Node does not trust, but this machine does/,
    },
    {
      name: 'a certificate that has ended',
      config: `${standAlone(ended)}${spare}auxiliary: {vision: {provider: spare, model: sim/echo}}\n`,
      files,
      shell: { NODE_EXTRA_CA_CERTS: endedFile },
      says: /https:\S+\/v1 cannot be reached, so main cannot be answered: its certificate ended \d/,
    },
    {
      name: 'a login that was revoked',
      config: corp,
      before: 'holdfast auth login corp && holdfast ask hello',
      onTalk: login.confirm,
      afterwards: login.revoke,
      by: 'holdfast ask hello; holdfast doctor',
      says: /main cannot be answered: corp (refuses|rejects|has no key)/,
    },
  ];
}

/** What somebody else must fix, or a hand on this machine that is not ours. */
export function stageOthers({ provider, late, untrusted }: Scene): readonly StagedTrouble[] {
  const files = withKey('sk-sim-good+new');
  return [
    {
      name: 'a proxy variable that leads nowhere',
      config: standAlone('https://api.provider.test/v1'),
      files,
      shell: { HTTPS_PROXY: 'http://127.0.0.1:9' },
      says: /https:\/\/api\.provider\.test\/v1 cannot be reached through the proxy 127\.0\.0\.1:9/,
      after: 'test "$NO_PROXY" = ,api.provider.test',
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
