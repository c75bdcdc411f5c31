/**
 * The metrics as Prometheus' own tool judges them, the dashboard's expressions, and the spans as
 * OpenTelemetry's own decoder reads them.
 */

import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-metrics-'));
const key = 'hf_a-key-of-the-gateway';
const adminKey = 'hf_an-admin-key-of-it';
const traceId = '0af7651916cd43dd8448eb211c80319c';

let sim: SimulatedProvider;
let runtime: Runtime;
let gateway: Gateway;
const collected: string[] = [];
const collector = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    collected.push(Buffer.concat(chunks).toString('utf8'));
    response.writeHead(200).end('{}');
  });
});

const ask = (path: string, shown: string, body?: object): Promise<Response> =>
  fetch(`${gateway.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${shown}`, traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

beforeAll(async () => {
  sim = await startSimulatedProvider();
  await new Promise<void>((resolve) => {
    collector.listen(0, '127.0.0.1', resolve);
  });
  const { port } = collector.address() as AddressInfo;
  const host = createNodeHost({
    HOLDFAST_HOME: folder,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
  });
  const provider = { base_url: sim.url, protocol: 'openai-chat' };
  const config = {
    main: 'dead/sim/echo',
    fallback_chain: ['sim/sim/echo'],
    providers: {
      dead: { ...provider, api_key: 'sk-sim-broke' },
      sim: { ...provider, api_key: 'sk-sim-good' },
    },
    gateway: { port: 0 },
  };
  runtime = createRuntime({ host, config });
  gateway = await startGateway({ runtime, key, adminKey });
  const messages = [{ role: 'user', content: 'say hi' }];
  for (const model of ['main', 'sim/sim/echo', 'sim/never-named'])
    await (
      await ask('/v1/chat/completions', key, { model, messages, stream: model !== 'main' })
    ).text();
});
afterAll(async () => {
  await gateway.close();
  await runtime.close();
  collector.close();
  await sim.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('/metrics', () => {
  it('is clean to promtool, and is not read with a key for calls', async () => {
    expect((await ask('/metrics', key)).status).toBe(403);
    const answer = await ask('/metrics', adminKey);
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toMatch(/holdfast_requests_total\{task="main",.*outcome="rescued"\} 1/);
    expect(text).not.toContain('never-named');
    expect(await promtool(['check', 'metrics'], text)).toBe('');
  });

  it('has a dashboard whose every expression promtool parses and whose every metric is served', async () => {
    const dashboard = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../examples/grafana/holdfast.json'), 'utf8'),
    );
    const targets: { expr: string }[] = dashboard.panels.flatMap(
      (panel: { targets: object[] }) => panel.targets,
    );
    const rules = targets.map(({ expr }, index) => ({
      record: `panel:${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    const path = join(folder, 'rules.yaml');
    writeFileSync(path, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    await promisify(execFile)('promtool', ['check', 'rules', path]);
    const served = await (await ask('/metrics', adminKey)).text();
    const named = targets.flatMap(
      ({ expr }) => expr.match(/\b(holdfast|gen_ai_(server|client)|process)_\w+/g) ?? [],
    );
    const priced = 'holdfast_cost_usd_total'; // the simulated models have no price
    expect(named.filter((name) => name !== priced && !served.includes(name))).toEqual([]);
  });
});

it('sends spans that the decoder of the OpenTelemetry collector reads', async () => {
  const deadline = 300;
  for (let tries = 0; collected.length === 0 && tries < deadline; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 200));
  const decoded = decode(collected.join('\n'));
  expect(decoded).toContain(`${traceId} chat main server 0`);
  expect(decoded).toContain(`${traceId} chat dead/sim/echo client 2`);
  expect(decoded).toContain(`${traceId} chat sim/sim/echo client 0`);
}, 300_000);

/** One line a span: trace, name, kind, status. */
const decoder = `package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(lines.Bytes())
		if err != nil {
			panic(err)
		}
		for _, resource := range traces.ResourceSpans().All() {
			for _, scope := range resource.ScopeSpans().All() {
				for _, span := range scope.Spans().All() {
					fmt.Println(span.TraceID(), span.Name(), strings.ToLower(span.Kind().String()), int(span.Status().Code()))
				}
			}
		}
	}
}
`;

function decode(documents: string): string {
  const source = join(folder, 'decode');
  mkdirSync(source);
  writeFileSync(join(source, 'main.go'), decoder);
  const go = (...words: readonly string[]): unknown =>
    execFileSync('go', words, { cwd: source, stdio: 'pipe' });
  go('mod', 'init', 'decode');
  go('get', 'go.opentelemetry.io/collector/pdata/ptrace@v1.39.0');
  go('build', '-o', 'decode', '.');
  return execFileSync(join(source, 'decode'), { input: documents, encoding: 'utf8' });
}

/** What it complains of. */
function promtool(words: readonly string[], input: string): Promise<string> {
  const child = spawn('promtool', words);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.on('close', () => resolve(said));
  });
}
