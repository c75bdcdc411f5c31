/**
 * Fits a conversation to a vendor after another one took part in it: by the entry's own repairs, or
 * the standard ones of the protocol.
 */

import type { ProtocolName } from '../model/protocol.ts';
import type { HistoryRepair } from '../model/target.ts';
import type { ProviderEntry } from './entry.ts';

/**
 * Vendors of reasoning models require `reasoning_content` in every assistant message. Some refuse
 * an empty one, and all accept a blank: https://github.com/charmbracelet/crush/issues/2696.
 */
const standardHistoryRepairs: Readonly<Partial<Record<ProtocolName, readonly HistoryRepair[]>>> = {
  'openai-chat': [{ kind: 'fill-reasoning', field: 'reasoning_content', value: ' ' }],
  // Inside a tool loop the vendor requires the reasoning that began it, and has none of its own.
  'anthropic-messages': [
    { kind: 'drop-reasoning' },
    { kind: 'thinking-off', field: 'thinking', value: { type: 'disabled' }, inToolLoop: true },
  ],
  'openai-responses': [{ kind: 'drop-sealed' }],
};

export function historyRepairsOf(
  entry: ProviderEntry,
  protocol: ProtocolName,
): readonly HistoryRepair[] {
  return entry.historyRepairs?.[protocol] ?? standardHistoryRepairs[protocol] ?? [];
}
