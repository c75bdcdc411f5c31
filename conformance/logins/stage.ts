/**
 * The stage of a scene with logins: their vendor, a provider that our key pays, where logins are
 * renewed, a real gateway with a listener at its door, and people, each with a home of their own.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulatedProvider } from '../../src/sim/index.ts';
import {
  type GatewayProcess,
  startGatewayProcess,
} from '../../test/integration/gateway-process.ts';
import { enter, type Person, runHoldfast } from './people.ts';
import { type Login, type LoginProgram, loginPrograms } from './programs.ts';
import { headerOf, type Recorder, type Refusal, type Sent, startRecorder } from './recorder.ts';
import { type Renewals, startRenewals } from './renewals.ts';

export interface Stage {
  readonly vendor: Recorder;
  /** Where our own key is good. */
  readonly house: Recorder;
  /** At the gateway's door. */
  readonly door: Recorder;
  readonly renewals: Renewals;
  readonly gateway: GatewayProcess;
  readonly holdfastHome: string;
  /** The tokens that the vendor takes. */
  readonly good: Set<string>;
  /** What the vendor says to a good token, in the place of an answer. */
  refuse: ((sent: Sent) => Refusal | undefined) | undefined;
  /** A home that is made anew, with the login that the person had before. */
  enter(name: string, program: LoginProgram): Promise<Person>;
  /** A command of Holdfast beside the gateway: what it printed. */
  run(...words: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** `after`: what a login's vendor says of who answers while its plan is used up. */
export async function openStage(after: 'chain' | 'none' = 'chain'): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-logins-'));
  const holdfastHome = join(folder, 'holdfast');
  mkdirSync(holdfastHome);
  const logins = new Map<string, Login>();
  const good = new Set<string>();
  const sim = await startSimulatedProvider();
  const house = await startRecorder({ to: sim.origin });
  const renewals = await startRenewals((token) => renew([...logins], token, good), {
    host: 'platform.claude.com',
    caFile: join(folder, 'authority.pem'),
  });
  const vendor = await startRecorder({
    to: sim.origin,
    key: 'sk-sim-good',
    refuse: (sent) => {
      const program = loginPrograms.find(({ path }) => sent.url.startsWith(path));
      if (program === undefined) return { status: 404, body: {} };
      return good.has(tokenIn(sent)) ? stage.refuse?.(sent) : program.expired;
    },
  });
  writeFileSync(join(holdfastHome, 'config.yaml'), writeConfig(vendor, house, after));
  const gateway = await startGatewayProcess(holdfastHome);
  const door = await startRecorder({ to: gateway.url });
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOLDFAST_HOME: holdfastHome,
    HOLDFAST_PORT: new URL(door.url).port,
    HOLDFAST_GATEWAY_KEY: gateway.key,
    NO_COLOR: '1',
  };
  const stage: Stage = {
    vendor,
    house,
    door,
    renewals,
    gateway,
    holdfastHome,
    good,
    refuse: undefined,
    enter: (name, program) =>
      enter({ folder, name, program, after, logins, good, vendor, renewals, environment }),
    run: (...words) => runHoldfast(words, environment),
    close: async () => {
      await gateway.stop();
      await Promise.all([door, vendor, house, renewals, sim].map((one) => one.close()));
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return stage;
}

export function tokenIn(sent: Sent): string {
  return (headerOf(sent, 'authorization') ?? '').replace(/^Bearer /, '');
}

/** A renewed login's old token is no longer good. */
function renew(
  logins: readonly (readonly [string, Login])[],
  token: string,
  good: Set<string>,
): object | undefined {
  const found = logins.find(([, { refreshTokens }]) => refreshTokens[0] === token);
  if (found === undefined) return undefined;
  const [name, login] = found;
  good.delete(login.tokens[0]);
  good.add(login.tokens[1]);
  return loginPrograms.find((one) => name.startsWith(`${one.name} `))?.renewed(login);
}

function writeConfig(vendor: Recorder, house: Recorder, after: 'chain' | 'none'): string {
  const credentials = [{ caller: true, ...(after === 'none' ? { fallback: 'none' } : {}) }];
  const vendors = loginPrograms.map(({ provider, protocol }) => [
    provider,
    { base_url: `${vendor.url}/v1`, protocol, credentials },
  ]);
  const own = {
    base_url: `${house.url}/v1`,
    protocol: 'openai-chat',
    api_key: 'sk-sim-good',
  };
  const [first, ...others] = loginPrograms.map(({ provider, model }) => `${provider}/${model}`);
  return JSON.stringify({
    main: first,
    fallback_chain: [...others, 'house/sim/plain'],
    records: { content: true },
    providers: { ...Object.fromEntries(vendors), house: own },
  });
}
