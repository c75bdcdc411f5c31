/** A worker's channel to the state file: it asks the primary, which alone has the file. */

import {
  type OperationName,
  type ParametersOf,
  parseResult,
  type ResultOf,
} from '../store/sqlite/asked.ts';
import type { Channel } from '../store/sqlite/sqlite-store.ts';
import type { WorkerLink } from './link.ts';

/** `onChanged` sets who is told that another process has changed health. */
export function createLinkChannel(
  link: Pick<WorkerLink, 'ask'>,
  onChanged: NonNullable<Channel['onChanged']>,
): Channel {
  async function ask<Name extends OperationName>(
    name: Name,
    parameters: ParametersOf<Name>,
  ): Promise<ResultOf<Name>> {
    return parseResult<Name>(await link.ask('store', name, parameters));
  }
  return { isShared: true, onChanged, ask };
}
