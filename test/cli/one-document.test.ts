/**
 * With `--json` stdout holds one JSON document, or one a line, whatever came of the command
 * (docs/cli.md): each example of a help page, in an empty home and in one that is configured.
 */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandStage } from '../fakes/command-stage.ts';
import { exampleWords, lineByLine, listCommands } from './list-commands.ts';

/** They take real time: stopped.test.ts and examples/gateway-curl read their documents. */
const slow = ['serve', 'drill'];

const commands = (await listCommands()).filter(([name]) => !slow.includes(name));

const key = `sk-test-${'k'.repeat(20)}`;
const server = { base_url: 'http://deepseek.test/v1', protocol: 'openai-chat', api_key: key };
const configured = {
  main: 'deepseek/deepseek-flash',
  fallback_chain: ['spare/m'],
  providers: { deepseek: server, spare: { ...server, base_url: 'http://spare.test/v1' } },
};

/** A command loads its parts in real time, while the fake clock runs on: again, they are there. */
const retry = 2;

let stage: CommandStage;
beforeEach(() => {
  stage = new CommandStage();
  stage.host.upstream.answerBy(() => ({ status: 503, chunks: ['{"error":{"message":"busy"}}'] }));
});
afterEach(() => stage.clear());

describe.each([
  ['an empty home', () => undefined],
  ['a configured one', () => stage.write('config.yaml', JSON.stringify(configured))],
])('in %s', (_home, prepare) => {
  it.each(commands)('holdfast %s --json', { retry }, async (name, command) => {
    prepare();
    const { out, status } = await stage.run(
      [...exampleWords(name, command), '--json'],
      '{"error":{"message":"slow down"}}',
    );
    const texts = lineByLine.includes(name) ? out.trimEnd().split('\n') : [out];
    const documents = texts.filter((text) => text !== '').map((text) => JSON.parse(text));
    for (const { schema } of documents) expect(schema).toMatch(/^holdfast\.[\w-]+\/\d+$/);
    expect(documents.length).toBeGreaterThan(lineByLine.includes(name) ? -1 : 0);
    if (status !== 0) expect(documents.length).toBeGreaterThan(0);
  });
});
