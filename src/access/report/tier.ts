/** What to do where the provider refuses what the configuration adds to a request. Pure. */

import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { rowOfClass } from '../../failures/classes.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Failure } from '../../model/failure.ts';
import type { Target } from '../../model/target.ts';
import { findRefusedField } from '../classify/refused-field.ts';
import type { TargetPool } from '../select/candidate.ts';

type Added = Pick<Target, 'provider' | 'extraBody' | 'reasoningEffort' | 'headers' | 'query'>;

/** True if what is full is the tier that the configuration asks for, not the provider. */
export function namesTier({ message }: Failure, { extraBody }: Added): boolean {
  const tier = extraBody?.['service_tier'];
  return typeof tier === 'string' && /\btier\b/i.test(message) && message.includes(tier);
}

export function leaveTier(place: TargetPool, { provider, extraBody }: Added): string {
  const path = pathOf(place, 'extra_body.service_tier');
  return `only the tier ${String(extraBody?.['service_tier'])} of ${provider} is full, which ${path} asks for: ${shellLine`holdfast config unset ${path}`}`;
}

interface AddedScene {
  readonly target: Added;
  /** Names the line of a setting. */
  readonly sourceOf: (path: string) => string;
  readonly writtenAs: (path: string) => string;
}

/** Fields in which protocols ask for an effort of reasoning. */
const effortFields: readonly (string | undefined)[] = [
  'reasoning_effort',
  'reasoning',
  'output_config',
];

/** A refused field that the configuration adds is not the caller's, who cannot take it out. */
export function leaveOutAdded(
  failure: Failure,
  place: TargetPool,
  scene: AddedScene,
): string | undefined {
  const { target, sourceOf } = scene;
  const named = findNamed(failure, scene);
  if (named !== undefined) return named;
  if (rowOfClass(failure.class).isRequestFault !== true) return undefined;
  const { provider, extraBody = {}, reasoningEffort } = target;
  const field = findRefusedField(failure);
  const isEffort = reasoningEffort !== undefined && effortFields.includes(field);
  const isAdded = field !== undefined && Object.hasOwn(extraBody, field);
  if (!isAdded && !isEffort) return undefined;
  const path = pathOf(place, isAdded ? `extra_body.${field}` : 'reasoning_effort');
  return `${provider} does not take ${field}, which ${sourceOf(path)} adds: take it out (${shellLine`holdfast config unset ${path}`})`;
}

/** Statuses of a refusal that is hardly about a field of the request. */
const notOfFields: readonly number[] = [401, 402, 407, 429];

/** What nobody knows the reason of may be about a field that the configuration adds. */
export function suspectAdded(
  { status = 0 }: Failure,
  place: TargetPool,
  { target, sourceOf }: AddedScene,
): string | undefined {
  const isOfRequest = status >= 400 && status < 500 && !notOfFields.includes(status);
  const [field] = Object.keys(target.extraBody ?? {});
  if (!isOfRequest || field === undefined) return undefined;
  const path = pathOf(place, `extra_body.${field}`);
  return `leave out ${field}, which ${sourceOf(path)} adds (${shellLine`holdfast config unset ${path}`})`;
}

/** A header or a query parameter that the configuration adds, and the refusal speaks of. */
function findNamed(
  { class: cause, message, status = 0 }: Failure,
  { target: { provider, headers = {}, query = {} }, sourceOf, writtenAs }: AddedScene,
): string | undefined {
  const isOfRequest = status >= 400 && status < 500 && rowOfClass(cause).mark === undefined;
  if (!isOfRequest) return undefined;
  const said = message.toLowerCase().split(/[^\w-]+/);
  const added = Object.entries({ headers, query }).flatMap(([setting, values]) =>
    Object.keys(values).map((name) => ({ name, path: ['providers', provider, setting, name] })),
  );
  for (const { name, path } of added) {
    const key = formatKeyPath(path);
    // a plain word may stand in any sentence
    const isNamed = /[-_]/.test(name) && said.includes(name.toLowerCase());
    if (isNamed && sourceOf(key) !== key)
      return `${provider} refuses ${name}, which ${sourceOf(key)} adds: correct it there, or take it out (${shellLine`holdfast config unset ${writtenAs(key)}`})`;
  }
  return undefined;
}

/** The task that names a target adds to its requests. */
function pathOf({ key = '' }: TargetPool, setting: string): string {
  const [task = 'main'] = /^auxiliary\.[^.[]+/.exec(key) ?? [];
  return `${task}.${setting}`;
}
