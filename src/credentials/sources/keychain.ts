/**
 * The source of a secret in the system's keychain. A lease waits at most three seconds for it, and
 * reuses an answer of the last second. A keychain that is still thinking is not asked again, and
 * delays nobody meanwhile.
 */

import { assertNever } from '../../errors.ts';
import type { Host, KeychainReading } from '../../host.ts';
import type { Credential } from '../../model/credential.ts';
import { within } from '../../transport/within.ts';
import { Asking } from './asking.ts';
import {
  type AskedSource,
  createAskedSource,
  type Finding,
  type LocatorOf,
  type Source,
} from './source.ts';

/** A locked keychain may wait for a person; a request cannot. */
const boundMs = 3000;
/** An answer is reused this long, for requests that come together. */
const sharedMs = 1000;
/** A failure, or no answer, is reused this long: other sources are then used without a wait. */
const failedMs = 5000;
const lateMs = 30_000;

export function createKeychainSource(
  host: Pick<Host, 'keychain' | 'clock'>,
): (credential: Credential, locator: LocatorOf<'keychain'>) => Source {
  return createAskedSource((locator: LocatorOf<'keychain'>) => new KeychainEntry(host, locator));
}

/** One entry with its last answer, shared by every credential that names it. */
class KeychainEntry implements AskedSource {
  readonly #host: Pick<Host, 'keychain' | 'clock'>;
  readonly #locator: LocatorOf<'keychain'>;
  readonly #asking = new Asking<Finding>();
  /** Present while the keychain is being asked. */
  #answer: Promise<KeychainReading> | undefined;
  #last: { readonly finding: Finding; readonly goodUntil: number } | undefined;

  constructor(host: Pick<Host, 'keychain' | 'clock'>, locator: LocatorOf<'keychain'>) {
    this.#host = host;
    this.#locator = locator;
  }

  known(): Finding | undefined {
    const last = this.#last;
    return last !== undefined && this.#host.clock.monotonic() < last.goodUntil
      ? last.finding
      : undefined;
  }

  ask(signal: AbortSignal): Promise<Finding> {
    return this.#asking.ask(signal, async () =>
      // The question cannot be interrupted.
      this.#keep((await within(this.#host.clock, boundMs, this.#read())) ?? 'late'),
    );
  }

  reread(_refused: unknown, signal: AbortSignal): Promise<Finding> {
    return this.ask(signal);
  }

  /** Joins the pending question, or asks. A late answer is kept too. */
  #read(): Promise<KeychainReading> {
    const { service, account } = this.#locator;
    this.#answer ??= this.#host.keychain.read(service, account).then((reading) => {
      this.#answer = undefined;
      this.#keep(reading);
      return reading;
    });
    return this.#answer;
  }

  #keep(reading: KeychainReading | 'late'): Finding {
    const { service, account } = this.#locator;
    const finding = findKeychainSecret(reading, `${service}/${account}`);
    this.#last = { finding, goodUntil: this.#host.clock.monotonic() + goodMs(reading) };
    return finding;
  }
}

function goodMs(reading: KeychainReading | 'late'): number {
  if (reading === 'late') return lateMs;
  return reading.state === 'found' || reading.state === 'absent' ? sharedMs : failedMs;
}

function findKeychainSecret(reading: KeychainReading | 'late', name: string): Finding {
  const lookedIn = [`keychain ${name}`];
  const other = 'name another source for this key, such as a variable';
  const fail = (detail: string, todo: string): Finding => {
    return { state: 'failed', lookedIn, detail, fix: { text: todo } };
  };
  if (reading === 'late')
    return fail(`the keychain gave no answer within ${boundMs / 1000} s`, `unlock it, or ${other}`);
  switch (reading.state) {
    case 'found':
      return { state: 'found', value: reading.value, at: { foundAt: `keychain ${name}` } };
    case 'absent':
      return { state: 'unset', lookedIn };
    case 'not-installed':
      return fail(
        'the keychain cannot be opened: @napi-rs/keyring is not installed',
        `install @napi-rs/keyring beside Holdfast, or ${other}`,
      );
    case 'not-running':
      return fail(`the keychain cannot be opened: ${reading.reason}`, other);
    case 'failed':
      return fail(`the keychain cannot be opened: ${reading.reason}`, `unlock it, or ${other}`);
    default:
      return assertNever(reading);
  }
}
