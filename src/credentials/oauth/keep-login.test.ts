import { describe, expect, it } from 'vitest';
import { login, now } from '../../../test/oauth/stage.ts';
import type { Grant } from './grant.ts';
import { type NewLogin, placeLogin } from './keep-login.ts';
import type { Login } from './login.ts';

const grant: Grant = {
  tokens: { access: 'at-test-new', refresh: 'rt-test-new', receivedAt: now, expiresAt: now + 1000 },
  subject: 'ada',
  accountName: 'ada@example.test',
};
const { origin, server, clientId, scopes } = login;
const made: NewLogin = { id: 'l2', provider: 'corp', origin, server, clientId, scopes, grant, now };
const { subject: _ada, ...nameless } = login;
const { subject: _also, ...namelessGrant } = grant;

const cases: readonly {
  readonly name: string;
  readonly logins: readonly Login[];
  readonly made: Partial<NewLogin>;
  readonly expected: { readonly id: string; readonly label: string };
}[] = [
  {
    name: 'the first is called as its account',
    logins: [],
    made: {},
    expected: { id: 'l2', label: 'ada@example.test' },
  },
  {
    name: 'the first is called as the person says',
    logins: [],
    made: { label: 'work' },
    expected: { id: 'l2', label: 'work' },
  },
  {
    name: 'a name that cannot be a label is made one',
    logins: [],
    made: { grant: { ...grant, accountName: 'Ada: Countess/Lovelace' } },
    expected: { id: 'l2', label: 'Ada-Countess-Lovelace' },
  },
  {
    name: 'the same account keeps its id and label',
    logins: [login],
    made: {},
    expected: { id: 'l1', label: 'ada' },
  },
  {
    name: 'the same account takes the label that is given',
    logins: [login],
    made: { label: 'work' },
    expected: { id: 'l1', label: 'work' },
  },
  {
    name: 'another account stands beside',
    logins: [login],
    made: { grant: { ...grant, subject: 'grace', accountName: 'ada' } },
    expected: { id: 'l2', label: 'ada-2' },
  },
  {
    name: 'the same account at another origin stands beside (law 12)',
    logins: [login],
    made: { origin: 'https://other.example' },
    expected: { id: 'l2', label: 'ada@example.test' },
  },
  {
    name: 'where no account is named, a login that works stays',
    logins: [nameless],
    made: { grant: { tokens: grant.tokens } },
    expected: { id: 'l2', label: 'login' },
  },
  {
    name: 'where no account is named, a login that has ended gives way',
    logins: [{ ...nameless, refusal: { at: 1, until: 2, reason: 'no' } }],
    made: { grant: namelessGrant },
    expected: { id: 'l1', label: 'ada' },
  },
  {
    name: 'where no account is named, the label says which is meant',
    logins: [nameless],
    made: { grant: namelessGrant, label: 'ada' },
    expected: { id: 'l1', label: 'ada' },
  },
];

describe('the place of a new login', () => {
  it.each(cases)('$name', ({ logins, made: change, expected }) => {
    const placed = placeLogin(logins, { ...made, ...change });
    expect({ id: placed.id, label: placed.label }).toEqual(expected);
    expect(placed.tokens).toMatchObject({ access: 'at-test-new', refresh: 'rt-test-new' });
  });

  it('keeps what was set for the login, and drops what has ended with it', () => {
    const before: Login = {
      ...login,
      account: 'team',
      refusal: { at: 1, until: 2, reason: 'no' },
      exchange: { startedAt: 1, until: 2, owner: 'x' },
    };
    const placed = placeLogin([before], made);
    expect(placed).toMatchObject({ id: 'l1', account: 'team', addedAt: now });
    expect(placed.refusal).toBeUndefined();
    expect(placed.exchange).toBeUndefined();
  });

  it('refuses a label of another account, and an invalid one', () => {
    const other = { ...made, grant: { ...grant, subject: 'grace' } };
    expect(() => placeLogin([login], { ...other, label: 'ada' })).toThrow(
      /another account labelled ada/,
    );
    expect(() => placeLogin([], { ...made, label: 'two words' })).toThrow(
      'this label cannot be used',
    );
  });
});
