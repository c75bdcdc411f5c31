import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { createTestLogin } from '../../../test/fakes/login-callers.ts';
import { Redactor } from '../redact/redact.ts';
import { CallerLogins } from './caller.ts';

const minute = 60_000;
const brought = { names: ['authorization'], query: '', isAlone: false };
const bearer = (login: string) => ({ authorization: `Bearer ${login}` });

function open() {
  const host = createFakeHost();
  const redactor = new Redactor();
  const logins = new CallerLogins(redactor, host.clock);
  const meet = (login: string) => logins.meet(brought, bearer(login), undefined);
  return { host, redactor, logins, meet };
}

describe('the redactor', () => {
  it('knows a login from its arrival until ten minutes after its last use', async () => {
    const { host, redactor, logins, meet } = open();
    const login = createTestLogin('known');
    const met = meet(login);
    expect(redactor.mentions(`it said ${login}`)).toBe(true);
    await host.advance(9 * minute);
    logins.noteEnd(met);
    await host.advance(9 * minute);
    expect(redactor.mentions(login)).toBe(true);
    await host.advance(minute + 1);
    expect(redactor.mentions(login)).toBe(false);
    expect(redactor.mentions(login.slice(4))).toBe(false);
  });

  it.each([-3_600_000, 3_600_000])(
    'forgets it in time, though the clock is set by %s ms',
    async (ms) => {
      const { host, redactor, meet } = open();
      const login = createTestLogin('clock');
      meet(login).noteRefused();
      host.jump(ms);
      await host.advance(10_000);
      expect(meet(login).isRefused()).toBe(true);
      await host.advance(9 * minute);
      expect(redactor.mentions(login)).toBe(true);
      await host.advance(minute + 1);
      expect(redactor.mentions(login)).toBe(false);
    },
  );

  it('keeps a secret that is ours as well', async () => {
    const { host, redactor, meet } = open();
    const [before, after] = [createTestLogin('before'), createTestLogin('after')];
    redactor.register(before);
    meet(before);
    meet(after);
    redactor.register(after);
    await host.advance(30 * minute);
    expect([before, after].map((login) => redactor.mentions(login))).toEqual([true, true]);
  });

  it('knows a thousand at most, those that were used last', () => {
    const { redactor, meet } = open();
    const all = Array.from({ length: 1001 }, (_, index) => createTestLogin(`n${index}`));
    for (const login of all.slice(0, 1000)) meet(login);
    const [first = '', second = '', last = ''] = [all[0], all[1], all[1000]];
    meet(first);
    meet(last);
    expect([first, second, last].map((one) => redactor.mentions(one))).toEqual([true, false, true]);
  });

  it('forgets each in its own time, whatever comes between', async () => {
    const step = fc.record({ who: fc.nat(4), afterMs: fc.nat(8 * minute) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { host, redactor, meet } = open();
        const logins = Array.from({ length: 5 }, (_, index) => createTestLogin(`w${index}`));
        const usedAt = new Map<string, number>();
        for (const { who, afterMs } of steps) {
          await host.advance(afterMs);
          const login = logins[who] ?? '';
          meet(login);
          usedAt.set(login, host.clock.now());
          for (const one of logins) {
            const age = host.clock.now() - (usedAt.get(one) ?? Number.NEGATIVE_INFINITY);
            if (age !== 10 * minute) expect(redactor.mentions(one)).toBe(age < 10 * minute);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a login', () => {
  it('prints as what it is', () => {
    const { meet } = open();
    const login = createTestLogin('print');
    const met = meet(login);
    for (const text of [JSON.stringify(met), `${met.secret}`, inspect(met, { depth: 9 })])
      expect(text).not.toContain(login);
  });

  it.each([
    [{ 'chatgpt-account-id': 'a' }, { 'chatgpt-account-id': 'a' }, true],
    [{ 'chatgpt-account-id': 'a' }, { 'chatgpt-account-id': 'b' }, false],
    [{ 'chatgpt-account-id': '' }, { 'chatgpt-account-id': '' }, false],
    [{}, {}, false],
  ])('of %j and one of %j share an account: %s', (one, other, isSame) => {
    const { logins } = open();
    const of = (name: string, headers: object) =>
      logins.meet(brought, { ...bearer(createTestLogin(name)), ...headers }, undefined);
    const [first, second] = [of('one', one), of('two', other)];
    expect(first.account !== undefined && first.account === second.account).toBe(isSame);
    expect(JSON.stringify([first.account])).not.toContain('"a"');
  });

  it('is left alone from ten seconds to five minutes after its first refusal', async () => {
    const { host, meet } = open();
    const login = createTestLogin('refused');
    meet(login).noteRefused();
    expect(meet(login).isRefused()).toBe(false);
    await host.advance(9999);
    meet(login).noteRefused();
    expect(meet(login).isRefused()).toBe(false);
    await host.advance(1);
    expect(meet(login).isRefused()).toBe(true);
    expect(meet(createTestLogin('other')).isRefused()).toBe(false);
    await host.advance(5 * minute - 10_001);
    expect(meet(login).isRefused()).toBe(true);
    await host.advance(1);
    expect(meet(login).isRefused()).toBe(false);
    meet(login).noteRefused();
    expect(meet(login).isRefused()).toBe(false);
    await host.advance(10_000);
    expect(meet(login).isRefused()).toBe(true);
  });
});
