/** The people of a scene: each with a home, a login and a gateway key of their own. */

import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Finished, runProcess } from '../process.ts';
import type { Login, LoginProgram } from './programs.ts';
import type { Recorder } from './recorder.ts';
import type { Renewals } from './renewals.ts';

export interface Person {
  readonly name: string;
  readonly login: Login;
  /** Through the gateway. */
  ask(prompt: string): Promise<Finished>;
  /** Without us. */
  askDirectly(prompt: string): Promise<Finished>;
}

interface Entrance {
  /** Of all homes. */
  readonly folder: string;
  readonly name: string;
  readonly program: LoginProgram;
  /** What `connect` is told. */
  readonly after: 'chain' | 'none';
  /** By program and name. */
  readonly logins: Map<string, Login>;
  /** The tokens that the vendor takes. */
  readonly good: Set<string>;
  readonly vendor: Recorder;
  readonly renewals: Renewals;
  /** Of commands of Holdfast. */
  readonly environment: Readonly<Record<string, string>>;
}

const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
const askLimitMs = 90_000;

/** Makes the home, connects the program in it, and makes a key for the person. */
export async function enter(entrance: Entrance): Promise<Person> {
  const { folder, name, program, after, logins, good, vendor, environment } = entrance;
  const who = `${program.name} ${name}`;
  const login = logins.get(who) ?? program.createLogin(name);
  logins.set(who, login);
  good.add(login.tokens[0]);
  const home = join(folder, `${program.name}-${name}`);
  settle(home, [program.loginFile(login)]);
  const words = ['connect', program.name, '--login', after, '--write'];
  await runHoldfast(words, { ...environment, HOME: home });
  const added = await runHoldfast(['key', 'add', `${program.name}-${name}`], environment);
  const gatewayKey = /hf_[\w-]+/.exec(added)?.[0] ?? '';
  return {
    name,
    login,
    ask: (prompt) => runProgram(entrance, home, { prompt, gatewayKey }),
    askDirectly: (prompt) => {
      settle(home, [...program.direct(vendor.url), program.loginFile(login)]);
      return runProgram(entrance, home, { prompt, origin: vendor.url });
    },
  };
}

function settle(home: string, files: readonly (readonly [string, string])[]): void {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  mkdirSync(join(home, 'work'), { recursive: true });
  for (const [path, text] of files) {
    const file = join(home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
  }
}

interface Asked {
  readonly prompt: string;
  readonly gatewayKey?: string;
  readonly origin?: string;
}

function runProgram(
  { program, renewals }: Pick<Entrance, 'program' | 'renewals'>,
  home: string,
  { prompt, ...way }: Asked,
): Promise<Finished> {
  const command = program.run(prompt, { ...way, tokenUrl: renewals.tokenUrl });
  const environment = { ...command.environment, ...renewals.proxied };
  const place = { home, work: join(home, 'work'), gateway: '', key: '', holdfastHome: '' };
  return runProcess({ ...command, environment }, place, askLimitMs);
}

/** Not `spawnSync`: the gateway that it asks is reached through this process. */
export function runHoldfast(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn(process.execPath, [launcher, ...words], { env });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  return new Promise((resolve) => {
    child.on('close', () => resolve(printed));
  });
}
