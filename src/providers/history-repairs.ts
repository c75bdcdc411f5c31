/**
 * How a conversation is made to fit after another vendor took part in it: an entry's own way, or
 * the standard one of the protocol.
 */

import type { ProtocolName } from '../model/protocol.ts';
import type { HistoryRepair } from '../model/target.ts';
import type { ProviderEntry } from './entry.ts';

/**
 * Vendors that reason ask for `reasoning_content` in every assistant message. Some refuse an empty
 * one, and all take a blank: https://github.com/charmbracelet/crush/issues/2696.
 */
const standardHistoryRepairs: Readonly<Partial<Record<ProtocolName, readonly HistoryRepair[]>>> = {
  'openai-chat': [{ kind: 'fill-reasoning', field: 'reasoning_content', value: ' ' }],
  // Inside a tool loop the vendor asks for the reasoning that began it, and there is none of its
  // own.
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
