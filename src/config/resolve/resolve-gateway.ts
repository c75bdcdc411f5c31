/**
 * Resolves the gateway's settings: flag over environment over config over default, each with its
 * source.
 */

import { isIP } from 'node:net';
import { ConfigError } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Environment } from '../../host.ts';
import { defaults } from '../../model/defaults.ts';
import type { Fix } from '../../model/fix.ts';
import type { GatewaySettings, Sourced } from '../resolved/resolved.ts';
import type { Settings } from '../schema/schema.ts';
import { unplaced } from '../yaml/document.ts';
import { Findings, formatSource, type ResolveInput } from './resolve-context.ts';

const maxPort = 65_535;

export type GatewayInput = Pick<ResolveInput, 'flags' | 'document'> & {
  readonly settings: Pick<Settings, 'gateway' | 'state'>;
  readonly places: { readonly environment: Environment };
};

/** Used while nothing is configured. Throws a `ConfigError` for an invalid variable. */
export function resolveUnconfiguredGateway(environment: Environment): GatewaySettings {
  const document = unplaced('environment');
  const findings = new Findings(document);
  const settings = resolveGateway(
    { settings: {}, document, flags: {}, places: { environment } },
    findings,
  );
  if (findings.problems.length > 0) throw new ConfigError('config-invalid', findings.problems);
  return settings;
}

export function resolveGateway(input: GatewayInput, findings: Findings): GatewaySettings {
  const settings = input.settings.gateway ?? {};
  const { alone, fleet } = defaults.gateway.drainDelay;
  const host = resolveHost(input, findings);
  const inflight = resolveInflight(input, findings);
  return {
    host,
    port: resolvePort(input, findings),
    allowedHosts: settings.allowed_hosts ?? listOwnNames(host.value),
    allowedOrigins: settings.allowed_origins ?? [],
    callerLogin: resolveCallerLogin(input, host.value, findings),
    ui: settings.ui ?? defaults.gateway.ui,
    publicUrl: resolvePublicUrl(input, findings),
    maxInflightBytes: inflight.value,
    maxInflightSource: inflight.source,
    drainDelayMs:
      (settings.drain_delay ?? (input.settings.state === undefined ? alone : fleet)) * 1000,
    drainTimeoutMs: (settings.drain_timeout ?? defaults.gateway.drainTimeout) * 1000,
    memory: settings.memory ?? defaults.gateway.memory,
    sendTimeoutMs: (settings.send_timeout ?? defaults.gateway.sendTimeout) * 1000,
  };
}

/** In bytes: the history of a coding agent is often longer. */
const ordinaryBody = 1024 * 1024;

function resolveInflight(input: GatewayInput, findings: Findings): Sourced<number> {
  const said = input.settings.gateway?.max_inflight_bytes;
  const fallback = defaults.gateway.maxInflightBytes;
  const resolved = configuredOr(input, 'max_inflight_bytes', [said, fallback]);
  if (resolved.value < ordinaryBody)
    findings.warn(
      'inflight-small',
      `gateway.max_inflight_bytes (${resolved.source}) is ${resolved.value} bytes, less than an ordinary request takes`,
      {
        text: 'leave it out, or write it in bytes',
        command: shellLine`holdfast config set gateway.max_inflight_bytes ${fallback}`,
      },
    );
  return resolved;
}

function resolveHost(input: GatewayInput, findings: Findings): Sourced<string> {
  const { flags, places } = input;
  if (flags.host !== undefined) {
    if (flags.host.trim() === '')
      findings.outsideProblem('flag', {
        key: '--host',
        message: 'is empty, which would be every address of this machine',
        fix: { text: 'name one, such as 127.0.0.1, or leave the flag out' },
      });
    else if (!isHost(flags.host))
      findings.outsideProblem('flag', { key: '--host', ...describeNoHost(flags.host) });
    return { value: flags.host, source: 'flag --host' };
  }
  const fromEnvironment = places.environment.get('HOLDFAST_HOST')?.trim();
  if (fromEnvironment) {
    if (!isHost(fromEnvironment))
      findings.outsideProblem('environment', {
        key: 'HOLDFAST_HOST',
        ...describeNoHost(fromEnvironment),
      });
    return { value: fromEnvironment, source: 'env HOLDFAST_HOST' };
  }
  const configured = input.settings.gateway?.host;
  if (configured !== undefined && !isHost(configured)) {
    const { message, fix } = describeNoHost(configured);
    findings.problem(['gateway', 'host'], message, fix.text);
  }
  return configuredOr(input, 'host', [configured, defaults.gateway.host]);
}

/** True for an address or a name, which may not be one of this machine. */
function isHost(text: string): boolean {
  return isIP(text.replace(/^\[(.*)\]$/, '$1')) !== 0 || /^[a-z0-9_]([a-z0-9_.-]*)$/i.test(text);
}

function describeNoHost(written: string): { readonly message: string; readonly fix: Fix } {
  const text = 'write the address alone, such as 127.0.0.1 or 0.0.0.0; the port is gateway.port';
  return { message: `"${written}" is not an address to listen on`, fix: { text } };
}

/** Without a key, whoever reaches the port is served: that must be this machine alone. */
function resolveCallerLogin(
  { settings: { gateway = {} } }: GatewayInput,
  host: string,
  findings: Findings,
): GatewaySettings['callerLogin'] {
  const { caller_login: said = defaults.gateway.callerLogin } = gateway;
  if (said === 'off' || isLoopback(host)) return said;
  findings.problem(
    ['gateway', 'caller_login'],
    `local needs a loopback address, and the gateway listens on ${host}`,
    'set gateway.host to 127.0.0.1, or give each caller a key: holdfast key add NAME',
  );
  return 'off';
}

/** A path would have to be cut off again by the server in front, and cookies know no paths. */
function resolvePublicUrl(
  { settings: { gateway = {} } }: GatewayInput,
  findings: Findings,
): string | undefined {
  const { public_url: said } = gateway;
  if (said === undefined) return undefined;
  const url = URL.parse(said);
  if (url?.protocol === 'https:' && `${url.origin}/` === url.href) return url.origin;
  findings.problem(
    ['gateway', 'public_url'],
    `"${said}" is not an https address without a path`,
    'write it as https://holdfast.example.com',
  );
  return undefined;
}

/** True for an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || /^(127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);
}

// [D] https://kubernetes.io/docs/tutorials/services/connect-applications-service/
const linkFix =
  'write enableServiceLinks: false in the spec of the pod, or give the service another name';

function resolvePort(input: GatewayInput, findings: Findings): Sourced<number> {
  const { flags, places } = input;
  if (flags.port !== undefined) return { value: flags.port, source: 'flag --port' };
  const fromEnvironment = places.environment.get('HOLDFAST_PORT')?.trim();
  if (fromEnvironment) {
    const port = Number(fromEnvironment);
    if (/^\d+$/.test(fromEnvironment) && port <= maxPort)
      return { value: port, source: 'env HOLDFAST_PORT' };
    const [what, remedy] = fromEnvironment.startsWith('tcp://')
      ? [', but what Kubernetes sets for a service named holdfast', linkFix]
      : ['', `set HOLDFAST_PORT to a number, such as ${defaults.gateway.port}, or unset it`];
    findings.outsideProblem('environment', {
      key: 'HOLDFAST_PORT',
      message: `"${fromEnvironment}" is not a port (0 to ${maxPort})${what}`,
      fix: { text: remedy },
    });
  }
  return configuredOr(input, 'port', [input.settings.gateway?.port, defaults.gateway.port]);
}

/** Returns the file's value, else the default. */
function configuredOr<Value>(
  { document }: GatewayInput,
  key: string,
  [value, fallback]: readonly [Value | undefined, Value],
): Sourced<Value> {
  if (value === undefined) return { value: fallback, source: 'default' };
  return { value, source: formatSource(document, ['gateway', key]) };
}

function listOwnNames(host: string): readonly string[] {
  const names = ['localhost', '127.0.0.1', '[::1]'];
  const own = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  // Clients cannot use a wildcard address as a host name.
  return own === '0.0.0.0' || own === '[::]' || names.includes(own) ? names : [...names, own];
}
