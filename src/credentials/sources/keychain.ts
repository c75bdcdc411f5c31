/** The source of a secret in the system's keychain: asked anew for each lease, within three seconds (B82). */

import { assertNever } from '../../errors.ts';
import type { Clock, Host, KeychainReading } from '../../host.ts';
import type { Credential } from '../../model/credential.ts';
import { Asking } from './asking.ts';
import { type Finding, type LocatorOf, type Source, via } from './source.ts';

/** A locked keychain may wait for a person; a request does not. */
const boundMs = 3000;
/** Those who came together share one answer. */
const sharedMs = 1000;

export function createKeychainSource(
  host: Pick<Host, 'keychain' | 'clock'>,
): (credential: Credential, locator: LocatorOf<'keychain'>) => Source {
  const entries = new Map<string, Entry>();
  const entryOf = (locator: LocatorOf<'keychain'>): Entry => {
    const key = JSON.stringify([locator.service, locator.account]);
    const known = entries.get(key);
    if (known !== undefined) return known;
    const entry = new Entry(host, locator);
    entries.set(key, entry);
    return entry;
  };
  return (credential, locator) => {
    const entry = entryOf(locator);
    const place = (finding: Finding): Finding =>
      finding.state === 'found' ? { ...finding, at: via(credential, finding.at) } : finding;
    return {
      peek: () => {
        const known = entry.known();
        return known === undefined ? 'pending' : place(known);
      },
      read: async (signal) => place(await entry.ask(signal)),
      recover: async (_refused, signal) => place(await entry.ask(signal)),
    };
  };
}

/** One entry with its last answer, shared by every credential that names it. */
class Entry {
  readonly #host: Pick<Host, 'keychain' | 'clock'>;
  readonly #locator: LocatorOf<'keychain'>;
  readonly #asking = new Asking<Finding>();
  #last: { readonly finding: Finding; readonly at: number } | undefined;

  constructor(host: Pick<Host, 'keychain' | 'clock'>, locator: LocatorOf<'keychain'>) {
    this.#host = host;
    this.#locator = locator;
  }

  known(): Finding | undefined {
    const last = this.#last;
    const now = this.#host.clock.monotonic();
    return last !== undefined && now - last.at < sharedMs ? last.finding : undefined;
  }

  ask(signal: AbortSignal): Promise<Finding> {
    return this.#asking.ask(signal, async () => {
      const { keychain, clock } = this.#host;
      const { service, account } = this.#locator;
      const reading = await within(clock, keychain.read(service, account));
      const finding = toFinding(reading, `${service}/${account}`);
      this.#last = { finding, at: clock.monotonic() };
      return finding;
    });
  }
}

/** The answer, or `late` after the bound. What comes afterwards is dropped: the keychain cannot be interrupted. */
function within(clock: Clock, answer: Promise<KeychainReading>): Promise<KeychainReading | 'late'> {
  return new Promise((resolve, reject) => {
    const timer = clock.startTimer(boundMs, () => resolve('late'));
    answer.then(resolve, reject).finally(() => timer.cancel());
  });
}

function toFinding(reading: KeychainReading | 'late', name: string): Finding {
  const lookedIn = [`${name} in the keychain`];
  const fail = (detail: string): Finding => ({ state: 'failed', lookedIn, detail });
  if (reading === 'late')
    return fail(`the keychain gave no answer within ${boundMs / 1000} s: unlock it, or name another source`);
  switch (reading.state) {
    case 'found':
      return { state: 'found', value: reading.value, at: `keychain ${name}` };
    case 'absent':
      return { state: 'unset', lookedIn };
    case 'not-installed':
      return fail('the keychain cannot be opened: install @napi-rs/keyring');
    case 'failed':
      return fail(`the keychain cannot be opened: ${reading.reason}`);
    default:
      return assertNever(reading);
  }
}
