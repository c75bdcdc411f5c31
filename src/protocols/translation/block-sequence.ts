/**
 * Puts the parts of a translated answer into consecutive blocks: some protocols send one block
 * after the other, while several tool calls may arrive interleaved. Other blocks wait until those
 * before them are complete.
 */

import { toBase64 } from './file-data.ts';
import type { NeutralAnswer, NeutralPart } from './neutral.ts';
import { sealIn } from './seals.ts';

export interface Block {
  readonly kind: 'text' | 'reasoning' | 'call' | 'picture';
  /** Is the id of a tool call, or of a piece of reasoning. */
  readonly id: string;
  /** Names the tool; for an image, its type: `png`. */
  readonly name: string;
  /** Holds the text so far; for an image its bytes. */
  readonly text: string;
  /** The seal of a thought with its maker. A thought without words has it from the start. */
  readonly seal?: string | undefined;
}

/** Sends blocks in one protocol. */
export interface BlockTeller {
  begin(block: Block): void;
  goOn(block: Block, delta: string): void;
  end(block: Block): void;
}

/** Throws for any other file. */
function toPicture({ mediaType, data }: Extract<NeutralPart, { type: 'file' }>): Block {
  const [, name] = /^image\/(.+)$/.exec(mediaType) ?? [];
  if (name === undefined)
    throw new TypeError(`a file of the type ${mediaType} in an answer has no words elsewhere`);
  return { kind: 'picture', id: '', name, text: toBase64(data) };
}

/**
 * Returns the blocks of a whole answer. Skips empty ones, and seals that the protocol cannot carry.
 */
export function toBlocks(
  content: NeutralAnswer['content'],
  takesSeals: () => boolean = () => true,
): readonly Block[] {
  return content.flatMap((part): readonly Block[] => {
    switch (part.type) {
      case 'text':
        return part.text === '' ? [] : [{ kind: part.type, id: '', name: '', text: part.text }];
      case 'reasoning': {
        const sealed = sealIn(part.providerMetadata);
        const seal = sealed !== undefined && takesSeals() ? sealed : undefined;
        if (part.text === '' && seal === undefined) return [];
        return [{ kind: part.type, id: '', name: '', text: part.text, seal }];
      }
      case 'tool-call':
        return [{ kind: 'call', id: part.toolCallId, name: part.toolName, text: part.input }];
      case 'file':
        return [toPicture(part)];
      default:
        return [];
    }
  });
}

type OpenBlock = { -readonly [Field in keyof Block]: Block[Field] } & {
  isWhole: boolean;
  isTold?: true;
};

export class BlockSequence {
  readonly #teller: BlockTeller;
  /** Maps each id to its last call. */
  readonly #calls = new Map<string, OpenBlock>();
  readonly #waiting: OpenBlock[] = [];
  #open: OpenBlock | undefined;

  constructor(teller: BlockTeller) {
    this.#teller = teller;
  }

  get hasCalls(): boolean {
    return this.#calls.size > 0;
  }

  push(part: NeutralPart): void {
    switch (part.type) {
      case 'text-delta':
        this.#addText('text', part);
        break;
      case 'reasoning-delta':
        this.#addText('reasoning', part);
        break;
      case 'reasoning-end':
        this.#addSeal(part.id, sealIn(part.providerMetadata));
        break;
      case 'tool-input-start':
        this.#addCall(part.id, part.toolName);
        break;
      case 'tool-input-delta':
        this.#extend(this.#findCall(part.id), part.delta);
        break;
      case 'tool-input-end':
        this.#complete(this.#findCall(part.id));
        break;
      case 'tool-call':
        this.#addWholeCall(part);
        break;
      case 'file':
        this.#add({ ...toPicture(part), isWhole: true });
        break;
      default: // the other parts need no event
    }
  }

  /** The answer has ended: sends all waiting blocks. */
  end(): void {
    for (const block of [this.#open, ...this.#waiting])
      if (block !== undefined) block.isWhole = true;
    this.#tellWaiting();
    this.#close();
  }

  /**
   * Appends to the last block, or starts a new one, which is complete as soon as another begins.
   */
  #addText(
    kind: 'text' | 'reasoning',
    { id, delta }: { readonly id: string; readonly delta: string },
  ): void {
    if (delta === '') return;
    const last = this.#last;
    if (last?.kind !== kind || last.seal !== undefined) {
      const block = { kind, id, name: '', text: '', isWhole: true };
      this.#add(block);
      this.#extend(block, delta);
      return;
    }
    const isAnotherPiece = kind === 'reasoning' && last.id !== id;
    last.id = id;
    this.#extend(last, isAnotherPiece ? `\n\n${delta}` : delta);
  }

  /** Seals the matching thought; one that was never sent becomes a block of its own. */
  #addSeal(id: string, seal: string | undefined): void {
    if (seal === undefined) return;
    const last = this.#last;
    if (last?.kind === 'reasoning' && last.seal === undefined) last.seal = seal;
    else this.#add({ kind: 'reasoning', id, name: '', text: '', seal, isWhole: true });
  }

  get #last(): OpenBlock | undefined {
    return this.#waiting.at(-1) ?? this.#open;
  }

  #addCall(id: string, name: string): OpenBlock {
    const block: OpenBlock = { kind: 'call', id, name, text: '', isWhole: false };
    this.#calls.set(id, block);
    this.#add(block);
    return block;
  }

  /** Some vendors send a call in one piece. */
  #addWholeCall({
    toolCallId: id,
    toolName,
    input,
  }: Extract<NeutralPart, { type: 'tool-call' }>): void {
    if (this.#calls.has(id)) return;
    const block = this.#addCall(id, toolName);
    this.#extend(block, input);
    this.#complete(block);
  }

  #add(block: OpenBlock): void {
    this.#waiting.push(block);
    this.#tellWaiting();
  }

  #extend(block: OpenBlock | undefined, delta: string): void {
    if (block === undefined || delta === '') return;
    block.text += delta;
    if (block === this.#open) this.#teller.goOn(block, delta);
  }

  #complete(block: OpenBlock | undefined): void {
    if (block === undefined) return;
    block.isWhole = true;
    if (block !== this.#open) return;
    this.#close();
    this.#tellWaiting();
  }

  #findCall(id: string): OpenBlock | undefined {
    const block = this.#calls.get(id);
    return block?.isTold === true ? undefined : block;
  }

  /** Sends the waiting blocks up to the first incomplete one, which is current from now on. */
  #tellWaiting(): void {
    while (this.#open === undefined || this.#open.isWhole) {
      const block = this.#waiting.shift();
      if (block === undefined) return;
      this.#close();
      this.#open = block;
      this.#teller.begin(block);
      if (block.text !== '') this.#teller.goOn(block, block.text);
    }
  }

  #close(): void {
    const block = this.#open;
    this.#open = undefined;
    if (block === undefined) return;
    block.isTold = true;
    this.#teller.end(block);
  }
}
