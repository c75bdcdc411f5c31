/** What to do where only a tier of the provider is full, which the configuration asks for. Pure. */

import { shellLine } from '../../host/shell-line.ts';
import type { Failure } from '../../model/failure.ts';
import type { Target } from '../../model/target.ts';
import type { TargetPool } from '../select/candidate.ts';

/** True if what is full is the tier that the configuration asks for, not the provider. */
export function namesTier({ message }: Failure, { extraBody }: Target): boolean {
  const tier = extraBody?.['service_tier'];
  return typeof tier === 'string' && /\btier\b/i.test(message) && message.includes(tier);
}

export function leaveTier({ key = '' }: TargetPool, { provider, extraBody }: Target): string {
  const [task = 'main'] = /^auxiliary\.[^.[]+/.exec(key) ?? [];
  const path = `${task}.extra_body.service_tier`;
  return `only the tier ${String(extraBody?.['service_tier'])} of ${provider} is full, which ${path} asks for: ${shellLine`holdfast config unset ${path}`}`;
}
