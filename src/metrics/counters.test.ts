import { describe, expect, it } from 'vitest';
import { recordOf } from '../../test/fakes/record.ts';
import type { RequestRecord } from '../model/record.ts';
import { type CountedConfig, Counters } from './counters.ts';
import { renderMetrics } from './prometheus.ts';

/** Two tasks, one target each. */
function configOf(...models: readonly string[]): CountedConfig {
  const targets = models.map((id) => ({ target: { id } }));
  return { routes: new Map([['main', { targets }]]), providers: new Set(['p', 'q']) };
}

const plain = recordOf({
  durationMs: 1500,
  firstEventMs: 90,
  configGeneration: 1,
  streamed: true,
  answeredBy: 'p/m',
  attempts: [attempt('p/m')],
  usage: { inputTokens: 100, outputTokens: 10 },
  cost: { usd: 0.25, billing: 'metered' },
});

function attempt(target: string, failure?: 'rate-limit'): RequestRecord['attempts'][number] {
  const facts = { target, credential: 'c', fingerprint: 'f', startedAt: 0, durationMs: 10 };
  return failure === undefined
    ? facts
    : { ...facts, failure: { class: failure, rule: 'r', message: 'm' } };
}

function count(
  records: readonly RequestRecord[],
  config = configOf('p/m', 'q/m'),
): readonly string[] {
  const counters = new Counters(() => config);
  for (const record of records) counters.note(record);
  const text = renderMetrics(counters, { inflight: 2, startedAt: 1000, lostTokens: 1 });
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const only = (lines: readonly string[], name: string): readonly string[] =>
  lines.filter((line) => line.startsWith(name));

describe('the counters', () => {
  it('tell who answered which task, after which attempts, and what it cost', () => {
    const rescued = {
      ...plain,
      answeredBy: 'q/m',
      attempts: [attempt('p/m', 'rate-limit'), attempt('q/m')],
    };
    const lines = count([plain, plain, rescued]);
    expect(only(lines, 'holdfast_')).toEqual([
      'holdfast_requests_total{task="main",gen_ai_provider_name="p",gen_ai_request_model="m",outcome="answered"} 2',
      'holdfast_requests_total{task="main",gen_ai_provider_name="q",gen_ai_request_model="m",outcome="rescued"} 1',
      'holdfast_attempts_total{gen_ai_provider_name="p",gen_ai_request_model="m",result="ok"} 2',
      'holdfast_attempts_total{gen_ai_provider_name="p",gen_ai_request_model="m",result="rate-limit"} 1',
      'holdfast_attempts_total{gen_ai_provider_name="q",gen_ai_request_model="m",result="ok"} 1',
      'holdfast_cost_usd_total{task="main",gen_ai_provider_name="p",gen_ai_request_model="m"} 0.5',
      'holdfast_cost_usd_total{task="main",gen_ai_provider_name="q",gen_ai_request_model="m"} 0.25',
      'holdfast_requests_in_flight 2',
      'holdfast_refresh_tokens_lost_total 1',
      expect.stringMatching(/^holdfast_build_info\{version="[^"]+"\} 1$/),
    ]);
  });

  it('put each value under its bounds', () => {
    const lines = count([plain, { ...plain, firstEventMs: 200_000 }]);
    const buckets = only(lines, 'gen_ai_server_time_to_first_token_seconds').map((line) =>
      line.replace(/\{.*(le="[^"]*").*\}/, '{$1}').replace(/\{gen[^}]*\}/, ''),
    );
    expect(buckets.slice(2, 5)).toEqual([
      'gen_ai_server_time_to_first_token_seconds_bucket{le="0.04"} 0',
      'gen_ai_server_time_to_first_token_seconds_bucket{le="0.08"} 0',
      'gen_ai_server_time_to_first_token_seconds_bucket{le="0.16"} 1',
    ]);
    expect(buckets.slice(-3)).toEqual([
      'gen_ai_server_time_to_first_token_seconds_bucket{le="+Inf"} 2',
      'gen_ai_server_time_to_first_token_seconds_sum 200.09',
      'gen_ai_server_time_to_first_token_seconds_count 2',
    ]);
  });

  it('have no more labels than the configuration has names, whatever callers ask for', () => {
    const asked = Array.from({ length: 500 }, (_, index): RequestRecord => {
      const answeredBy = `${index % 2 === 0 ? 'p' : `unknown-${index}`}/model-${index}`;
      return { ...plain, task: `task-${index}`, answeredBy, attempts: [attempt(answeredBy)] };
    });
    const lines = only(count(asked), 'holdfast_requests_total');
    expect(lines).toEqual([
      'holdfast_requests_total{task="other",gen_ai_provider_name="p",gen_ai_request_model="other",outcome="answered"} 250',
      'holdfast_requests_total{task="other",gen_ai_provider_name="other",gen_ai_request_model="other",outcome="answered"} 250',
    ]);
  });

  it('name a task that the configuration does not mention', () => {
    const config = { ...configOf('p/m'), impliedRoutes: new Map([['compression', {}]]) };
    const lines = count([{ ...plain, task: 'compression' }], config);
    expect(only(lines, 'holdfast_requests_total{task="compression"')).toHaveLength(1);
  });

  it('learn the names of a configuration that was read again', () => {
    let config = configOf('p/m');
    const counters = new Counters(() => config);
    const asked = { ...plain, answeredBy: 'q/new' };
    counters.note(asked);
    config = configOf('p/m', 'q/new');
    counters.note({ ...asked, configGeneration: 2 });
    expect(counters.cells().map(({ target }) => target)).toEqual(['q/other', 'q/new']);
  });

  it('escape what a label cannot hold', () => {
    const odd = 'p/a"b\\c';
    const [line] = count([{ ...plain, answeredBy: odd }], configOf(odd));
    expect(line).toContain(String.raw`gen_ai_request_model="a\"b\\c"`);
  });
});
