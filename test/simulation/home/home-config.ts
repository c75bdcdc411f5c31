/** Writes the `config.yaml` of a home: providers with their keys, routes and budgets. */

import type { DrawnRoutes } from '../scenario.ts';
import { fileOf, type KeyRing, variableOf } from './keys.ts';
import type { Story } from './story.ts';

interface HomeConfig {
  readonly story: Story;
  readonly keys: KeyRing;
  readonly budgets: Story['budgets'];
  readonly routes: DrawnRoutes | undefined;
}

/** As JSON, which is YAML. */
export function writeConfig({ story, keys: ring, budgets, routes }: HomeConfig): string {
  const { providers, concurrency } = story;
  const limit = (of: string): object => {
    const budget = budgets.find((one) => one.of === of);
    return budget === undefined ? {} : { budget: { [budget.unit]: budget.limit, per: budget.per } };
  };
  return JSON.stringify({
    main: routes?.main,
    fallback_chain: routes?.chain,
    ...limit('all'),
    auxiliary: Object.fromEntries(
      Object.entries(routes?.auxiliary ?? {}).map(([task, settings]) => [
        task,
        {
          ...settings,
          ...limit(`task ${task}`),
          ...(concurrency[task] === undefined ? {} : { max_concurrency: concurrency[task] }),
        },
      ]),
    ),
    providers: Object.fromEntries(
      providers.map(({ name, keys, settings }) => [
        name,
        {
          ...settings,
          ...limit(`provider ${name}`),
          credentials: keys.map(({ source, account }, key) => ({
            label: `key-${key}`,
            ...(source === 'file' ? { file: fileOf(name, key) } : {}),
            ...(source === 'env' ? { env: variableOf(name, key) } : {}),
            ...(source === 'config' ? { api_key: ring.secretOf(name, key) } : {}),
            ...(account === undefined ? {} : { account }),
          })),
        },
      ]),
    ),
    prices: Object.fromEntries(
      providers.flatMap(({ name, models }) =>
        models.map((model) => [`${name}/${model}`, { input: 1000, output: 1000 }]),
      ),
    ),
  });
}
