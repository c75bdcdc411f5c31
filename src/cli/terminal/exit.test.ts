import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../test/fakes/record.ts';
import { AccessError, ConfigError, NoTargetAnswered } from '../../errors.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { AttemptRecord, RequestRecord, SkipRecord } from '../../model/record.ts';
import { describeError, explainError, toExitStatus } from './exit.ts';

function failedWith(failureClass: FailureClass): AttemptRecord {
  const failure = { class: failureClass, rule: 'any', message: 'no' };
  return {
    target: 'a/m',
    credential: 'a',
    fingerprint: 'none',
    startedAt: 0,
    durationMs: 0,
    failure,
  };
}

const skipped = (cause: SkipRecord['cause']): SkipRecord => ({
  target: 'a/m',
  cause,
  reason: 'no',
});

describe('the exit status', () => {
  it.each<[string, Partial<RequestRecord>, number]>([
    ['4 when the key is missing', { cause: 'auth-missing', skipped: [skipped('auth-missing')] }, 4],
    ['4 when the key was rejected', { attempts: [failedWith('auth-rejected')] }, 4],
    [
      '4 when the first key was refused, whatever came of the others',
      { cause: 'auth-suspect', attempts: [failedWith('auth-suspect'), failedWith('timeout')] },
      4,
    ],
    [
      '4 while it is still held back for that',
      { cause: 'auth-suspect', skipped: [skipped('held-back')] },
      4,
    ],
    ['5 when nobody could be reached', { attempts: [failedWith('connect')] }, 5],
    [
      '5 when all are held back because they are down',
      { cause: 'connect', skipped: [skipped('held-back')] },
      5,
    ],
    ['6 at a rate limit', { attempts: [failedWith('rate-limit')] }, 6],
    ['6 without balance', { attempts: [failedWith('billing')] }, 6],
    ['6 while a quota is used up', { cause: 'quota', skipped: [skipped('held-back')] }, 6],
  ])('is %s', (_name, record, status) => {
    expect(
      toExitStatus(new NoTargetAnswered('no', recordOf({ outcome: 'failed', ...record }))),
    ).toBe(status);
  });

  it.each<[string, unknown, number]>([
    ['130 when it was interrupted', new DOMException('aborted', 'AbortError'), 130],
    [
      '5 when the answer broke off',
      new NoTargetAnswered('no', recordOf({ outcome: 'broken' }), { code: 'stream-broken' }),
      5,
    ],
    [
      '2 when the provider refused the request itself',
      new NoTargetAnswered('no', recordOf({ outcome: 'failed' }), { code: 'upstream-refused' }),
      2,
    ],
    ['1 for what nobody foresaw', new TypeError('a bug'), 1],
    ['1 for what is no error', 'text', 1],
  ])('is %s', (_name, error, status) => {
    expect(toExitStatus(error)).toBe(status);
  });
});

describe('an error', () => {
  it('is told to people in a sentence and with what to do', () => {
    const error = new AccessError('port-in-use', '127.0.0.1:1 is in use', {
      fix: 'choose another',
    });
    expect(explainError(error)).toBe('holdfast: 127.0.0.1:1 is in use\nTo fix: choose another\n');
  });

  it('is told to programs with its code, its exit status and every problem', () => {
    const problem = { path: 'config.yaml', line: 1, key: 'main', message: 'is missing' };
    expect(describeError(new ConfigError('config-invalid', [problem]))).toEqual({
      code: 'config-invalid',
      message: 'config.yaml:1 main: is missing',
      exit: 3,
      problems: [problem],
    });
    expect(describeError(new DOMException('aborted', 'AbortError'))).toEqual({
      code: 'client-closed',
      message: 'interrupted',
      exit: 130,
    });
  });

  it('is told to programs with its class, every candidate and the first end, when nobody answered', () => {
    const one = {
      target: 'a/m',
      was: 'skipped',
      requests: 0,
      cause: 'held-back',
      text: 'a/m is held back',
    } as const;
    const record = recordOf({
      outcome: 'failed',
      attempts: [failedWith('rate-limit')],
      candidates: [{ ...one, until: 7000 }],
      unlisted: [{ target: 'a/m', count: 3, until: 5000 }],
    });
    expect(describeError(new NoTargetAnswered('no', record))).toEqual({
      code: 'exhausted',
      message: 'no',
      fix: { text: 'ask again' },
      exit: 6,
      class: 'rate-limit',
      candidates: [{ ...one, until: 7000 }],
      unlisted: [{ target: 'a/m', count: 3, until: 5000 }],
      earliestRetry: 5000,
    });
  });

  it('has no class when nobody was asked, and no end when nobody knows one', () => {
    const error = new NoTargetAnswered(
      'no',
      recordOf({ outcome: 'failed', skipped: [skipped('held-back')], candidates: [] }),
    );
    expect(describeError(error)).toEqual({
      code: 'exhausted',
      message: 'no',
      fix: { text: 'ask again' },
      exit: 5,
      candidates: [],
    });
  });

  it('shows no key, wherever it was written by mistake (law 20)', () => {
    const key = `sk-test-${'m'.repeat(20)}`;
    const candidate = {
      target: 'a/m',
      was: 'tried',
      requests: 1,
      cause: 'billing',
      text: key,
    } as const;
    const problem = {
      path: 'config.yaml',
      key: 'main',
      message: `"${key}" is not possible`,
      fix: { text: `not ${key}` },
    };
    const told = [
      new ConfigError('config-invalid', [problem]),
      new AccessError('local-fault', key, { fix: key }),
      new NoTargetAnswered(key, recordOf({ outcome: 'failed', candidates: [candidate] })),
    ];
    expect(JSON.stringify(told.map(describeError))).not.toContain(key);
    expect(told.map(explainError).join()).not.toContain(key);
  });
});
