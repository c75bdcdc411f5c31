/**
 * Runs the device flow (RFC 8628): it shows an address and a code, then polls at the server's pace
 * until the person has agreed.
 */

import * as oauth from 'oauth4webapi';
import { CredentialError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { LoginSettings } from '../../model/oauth.ts';
import { type Grant, type NoGrant, toGrant, toNoGrant } from './grant.ts';
import type { LoginServer } from './login.ts';
import {
  clientAuthentication,
  createTransport,
  findServer,
  keepServer,
  toClient,
} from './server.ts';

/** What the person has to open and type. */
export interface DevicePrompt {
  readonly verificationUri: string;
  /** This address contains the code. */
  readonly verificationUriComplete?: string | undefined;
  readonly userCode: string;
  readonly expiresAt: number;
}

/** A login that waits for the person to agree. */
export interface DeviceLogin {
  readonly prompt: DevicePrompt;
  /** Resolves when the person has agreed. Throws `login-failed`, or the signal's reason. */
  wait(signal: AbortSignal): Promise<{ readonly grant: Grant; readonly server: LoginServer }>;
}

type LoginHost = Pick<Host, 'dispatch' | 'clock'>;

const requestTimeoutMs = 15_000;
/** Used if the server names no interval (RFC 8628 § 3.2). */
const defaultIntervalMs = 5000;
/** Each `slow_down` adds this (§ 3.5). */
const slowDownMs = 5000;
const maxIntervalMs = 60_000;

/** Asks for a code. Throws `login-failed`, with what the server or the network said. */
export async function startDeviceLogin(
  host: LoginHost,
  settings: LoginSettings,
  signal: AbortSignal,
): Promise<DeviceLogin> {
  const place = settings.issuer ?? settings.tokenEndpoint ?? '';
  try {
    const server = await findServer(host, settings, signal);
    const kept = keepServer(server);
    const endpoint = server.device_authorization_endpoint;
    if (kept === undefined || endpoint === undefined) throw notOffered(place);
    const requestedAt = host.clock.now();
    const client = toClient(settings.clientId);
    const transport = createTransport(host, endpoint, { timeoutMs: requestTimeoutMs, signal });
    const scope = settings.scopes.join(' ');
    const asked: Record<string, string> = scope === '' ? {} : { scope };
    const response = await oauth.deviceAuthorizationRequest(
      server,
      client,
      clientAuthentication,
      asked,
      transport,
    );
    const answer = await oauth.processDeviceAuthorizationResponse(server, client, response);
    const polling = { host, server, kept, client, answer, requestedAt };
    return { prompt: toPrompt(answer, requestedAt), wait: (until) => poll(polling, until) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CredentialError) throw error;
    throw failed(toNoGrant(error, new URL(place).origin).reason);
  }
}

interface Polling {
  readonly host: LoginHost;
  readonly server: oauth.AuthorizationServer;
  readonly kept: LoginServer;
  readonly client: oauth.Client;
  readonly answer: oauth.DeviceAuthorizationResponse;
  readonly requestedAt: number;
}

async function poll(
  polling: Polling,
  signal: AbortSignal,
): Promise<{ readonly grant: Grant; readonly server: LoginServer }> {
  const { host, answer, requestedAt, kept } = polling;
  const expiresAt = requestedAt + answer.expires_in * 1000;
  let intervalMs = answer.interval === undefined ? defaultIntervalMs : answer.interval * 1000;
  for (;;) {
    await host.clock.sleep(intervalMs, signal);
    if (host.clock.now() >= expiresAt) throw failed('the code has run out before it was confirmed');
    const outcome = await askOnce(polling, signal);
    if ('tokens' in outcome) return { grant: outcome, server: kept };
    intervalMs = nextInterval(outcome, intervalMs);
  }
}

async function askOnce(
  { host, server, kept, client, answer }: Polling,
  signal: AbortSignal,
): Promise<Grant | NoGrant> {
  const { tokenEndpoint } = kept;
  const transport = createTransport(host, tokenEndpoint, { timeoutMs: requestTimeoutMs, signal });
  const requestedAt = host.clock.now();
  try {
    const response = await oauth.deviceCodeGrantRequest(
      server,
      client,
      clientAuthentication,
      answer.device_code,
      transport,
    );
    return toGrant(await oauth.processDeviceCodeResponse(server, client, response), requestedAt);
  } catch (error) {
    signal.throwIfAborted();
    return toNoGrant(error, new URL(tokenEndpoint).origin);
  }
}

/**
 * Returns the next pause. Throws `login-failed` if polling again cannot help. Without a code the
 * network failed: poll less often (§ 3.5).
 */
function nextInterval({ code, reason }: NoGrant, intervalMs: number): number {
  if (code === 'authorization_pending') return intervalMs;
  if (code === 'slow_down') return intervalMs + slowDownMs;
  if (code === undefined) return Math.min(Math.max(intervalMs, 1000) * 2, maxIntervalMs);
  if (code === 'expired_token') throw failed('the code has run out before it was confirmed');
  throw failed(code === 'access_denied' ? 'it was denied at the server' : reason);
}

function toPrompt(answer: oauth.DeviceAuthorizationResponse, requestedAt: number): DevicePrompt {
  return {
    verificationUri: answer.verification_uri,
    verificationUriComplete: answer.verification_uri_complete,
    userCode: answer.user_code,
    expiresAt: requestedAt + answer.expires_in * 1000,
  };
}

function notOffered(place: string): CredentialError {
  return new CredentialError('login-failed', `${place} offers no login with a device code`, {
    fix: 'write oauth.device_authorization_endpoint and oauth.token_endpoint, if it has them',
  });
}

function failed(reason: string): CredentialError {
  return new CredentialError('login-failed', `the login did not succeed: ${reason}`);
}
