/** The environment as it would be if some variables were not set. */

import type { Environment } from '../host.ts';

export function withoutVariables(
  environment: Environment,
  ...names: readonly string[]
): Environment {
  const isLeft = (name: string): boolean => !names.includes(name);
  return {
    get: (name) => (isLeft(name) ? environment.get(name) : undefined),
    all: () =>
      Object.fromEntries(Object.entries(environment.all()).filter(([name]) => isLeft(name))),
  };
}
