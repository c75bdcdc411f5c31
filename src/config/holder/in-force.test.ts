/** A worker starts with what its gateway goes on with, whatever has become of the file. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from './holder.ts';

const file = '/h/config.yaml';

describe('a process of a gateway that goes on with a text', () => {
  const inForce = 'main: deepseek/old\n';
  const start = (text: string | undefined, environment: Record<string, string> = {}) => {
    const host = createFakeHost({
      environment: { HOLDFAST_HOME: '/h', ...environment },
      files: text === undefined ? {} : { [file]: text },
    });
    const paths = resolvePaths(host.environment);
    const holder = new ConfigHolder({ host, paths, onEvent: () => undefined, inForce });
    return { host, holder };
  };
  const mainOf = ({ holder }: { holder: ConfigHolder }): string | undefined =>
    holder.current().routes.get('main')?.targets[0]?.target.id;

  it.each([
    ['half a line', 'main: [\n'],
    ['an unknown key', 'main: deepseek/new\nmian: 1\n'],
    ['no main', 'providers: {}\n'],
    ['no text', ''],
    ['no file', undefined],
  ])('starts with that where the file has %s', (_what, text) => {
    const started = start(text, {
      DEEPSEEK_API_KEY: 'k'.repeat(20),
      OPENAI_API_KEY: 'o'.repeat(20),
    });
    expect(mainOf(started)).toBe('deepseek/old');
    expect(started.holder.refused).toContain(file);
    expect(started.holder.inForce).toBe(inForce);
    started.host.setFile(file, 'main: deepseek/mended\n');
    started.holder.reload();
    expect(mainOf(started)).toBe('deepseek/mended');
    expect(started.holder.refused).toBeUndefined();
  });

  it('starts with the file where that can be used, and without a key', () => {
    const started = start('main: deepseek/new\n');
    expect(mainOf(started)).toBe('deepseek/new');
    expect(started.holder.inForce).toBe('main: deepseek/new\n');
    expect(started.holder.refused).toBeUndefined();
  });
});
