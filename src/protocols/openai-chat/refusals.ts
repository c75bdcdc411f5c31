/** Refusals, which the package of `openai-chat` passes over, as the text of an answer that a filter ended (translate leg). */

import { isRecord } from '../is-record.ts';
import type { WireObject } from '../protocol.ts';

const mark = /"refusal"\s*:\s*"/;

/** Reads the events of one stream, or a whole body, on their way to the package. */
export class RefusalReader {
  #hasRefused = false;

  /** The same data in words that the package reads. */
  amend(data: string): string {
    if ((!this.#hasRefused && !mark.test(data)) || !data.startsWith('{')) return data;
    const event: unknown = JSON.parse(data);
    if (!isRecord(event) || !Array.isArray(event['choices'])) return data;
    return JSON.stringify({ ...event, choices: event['choices'].map((choice) => this.#amendChoice(choice)) });
  }

  #amendChoice(choice: unknown): unknown {
    if (!isRecord(choice)) return choice;
    const delta = this.#amendSaid(choice['delta']);
    const message = this.#amendSaid(choice['message']);
    const isRefusal = this.#hasRefused && choice['finish_reason'] === 'stop';
    return { ...choice, delta, message, ...(isRefusal ? { finish_reason: 'content_filter' } : {}) };
  }

  #amendSaid(said: unknown): unknown {
    if (!isRecord(said) || !isFilled(said)) return said;
    this.#hasRefused = true;
    const { refusal, content } = said;
    return { ...said, refusal: null, content: `${typeof content === 'string' ? content : ''}${refusal}` };
  }
}

function isFilled({ refusal }: WireObject): boolean {
  return typeof refusal === 'string' && refusal !== '';
}
