/**
 * Puts the parts of a translated answer into blocks that follow each other: some protocols tell one block after the other,
 * and calls of several tools come interleaved. A block that is not the one under way waits until those before it are whole.
 */

import type { NeutralPart, ToldEvent } from '../neutral.ts';
import { toBase64 } from './file-data.ts';
import { signatureOf, toSeal } from './thought-signature.ts';

export interface Block {
  readonly kind: 'text' | 'reasoning' | 'call' | 'picture';
  /** Of a tool call. */
  readonly id: string;
  /** Of the tool; of a picture its kind: `png`. */
  readonly name: string;
  /** All that has come of it; of a picture its bytes. */
  readonly text: string;
  /** Of a thought without words. */
  readonly seal?: string;
}

/** Events in the order in which they are told. */
/** How one protocol tells blocks. */
export interface BlockTeller {
  begin(block: Block): readonly ToldEvent[];
  goOn(block: Block, delta: string): readonly ToldEvent[];
  end(block: Block): readonly ToldEvent[];
}

const nothing: readonly ToldEvent[] = [];

/** The thought without words that bears the signature of a call, before it; none where the call has none. */
export function sealOf({ providerMetadata }: CallPart): readonly Block[] {
  const signature = signatureOf(providerMetadata);
  if (signature === undefined) return [];
  return [{ kind: 'reasoning', id: '', name: '', text: '', seal: toSeal(signature) }];
}

/** Throws for any other file. */
export function toPicture({ mediaType, data }: Extract<NeutralPart, { type: 'file' }>): Block {
  const [, name] = /^image\/(.+)$/.exec(mediaType) ?? [];
  if (name === undefined)
    throw new TypeError(`a file of the type ${mediaType} in an answer has no words elsewhere`);
  return { kind: 'picture', id: '', name, text: toBase64(data) };
}

type CallPart = Extract<NeutralPart, { type: 'tool-call' }>;

type OpenBlock = { -readonly [Field in keyof Block]: Block[Field] } & { isWhole: boolean };

export class BlockSequence {
  readonly #teller: BlockTeller;
  readonly #calls = new Set<string>();
  readonly #waiting: OpenBlock[] = [];
  #open: OpenBlock | undefined;

  constructor(teller: BlockTeller) {
    this.#teller = teller;
  }

  get hasCalls(): boolean {
    return this.#calls.size > 0;
  }

  push(part: NeutralPart): readonly ToldEvent[] {
    switch (part.type) {
      case 'text-delta':
        return this.#addText('text', part.delta);
      case 'reasoning-delta':
        return this.#addText('reasoning', part.delta);
      case 'tool-input-start':
        return this.#add({ kind: 'call', id: part.id, name: part.toolName, text: '', isWhole: false });
      case 'tool-input-delta':
        return this.#extend(this.#findCall(part.id), part.delta);
      case 'tool-input-end':
        return this.#complete(this.#findCall(part.id));
      case 'tool-call':
        return this.#addCall(part);
      case 'file':
        return this.#add({ ...toPicture(part), isWhole: true });
      default:
        return nothing;
    }
  }

  /** The answer has ended: all that waits is told. */
  end(): readonly ToldEvent[] {
    for (const block of [this.#open, ...this.#waiting]) if (block !== undefined) block.isWhole = true;
    return [...this.#tellWaiting(), ...this.#close()];
  }

  /** Text goes on with the last block, or is a new one: it is whole as soon as another begins. */
  #addText(kind: 'text' | 'reasoning', delta: string): readonly ToldEvent[] {
    if (delta === '') return nothing;
    const last = this.#waiting.at(-1) ?? this.#open;
    if (last?.kind === kind) return this.#extend(last, delta);
    const block = { kind, id: '', name: '', text: '', isWhole: true };
    return [...this.#add(block), ...this.#extend(block, delta)];
  }

  /** Vendors that tell a call in one piece. */
  #addCall(call: CallPart): readonly ToldEvent[] {
    const { toolCallId: id, toolName: name, input } = call;
    if (this.#calls.has(id)) return nothing;
    const seals = sealOf(call).flatMap((seal) => this.#add({ ...seal, isWhole: true }));
    const block: OpenBlock = { kind: 'call', id, name, text: '', isWhole: false };
    return [...seals, ...this.#add(block), ...this.#extend(block, input), ...this.#complete(block)];
  }

  #add(block: OpenBlock): readonly ToldEvent[] {
    if (block.kind === 'call') this.#calls.add(block.id);
    this.#waiting.push(block);
    return this.#tellWaiting();
  }

  #extend(block: OpenBlock | undefined, delta: string): readonly ToldEvent[] {
    if (block === undefined || delta === '') return nothing;
    block.text += delta;
    return block === this.#open ? this.#teller.goOn(block, delta) : nothing;
  }

  #complete(block: OpenBlock | undefined): readonly ToldEvent[] {
    if (block === undefined) return nothing;
    block.isWhole = true;
    return block === this.#open ? [...this.#close(), ...this.#tellWaiting()] : nothing;
  }

  #findCall(id: string): OpenBlock | undefined {
    return [this.#open, ...this.#waiting].find((block) => block?.kind === 'call' && block.id === id);
  }

  /** Those that wait, up to the first that is not whole: it is the one under way from now on. */
  #tellWaiting(): readonly ToldEvent[] {
    const told: ToldEvent[] = [];
    while (this.#waiting.length > 0 && (this.#open === undefined || this.#open.isWhole)) {
      told.push(...this.#close(), ...this.#begin());
    }
    return told;
  }

  #begin(): readonly ToldEvent[] {
    const block = this.#waiting.shift();
    if (block === undefined) return nothing;
    this.#open = block;
    const begun = this.#teller.begin(block);
    return block.text === '' ? begun : [...begun, ...this.#teller.goOn(block, block.text)];
  }

  #close(): readonly ToldEvent[] {
    const block = this.#open;
    this.#open = undefined;
    return block === undefined ? nothing : this.#teller.end(block);
  }
}
