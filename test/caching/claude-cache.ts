/**
 * Anthropic's prompt cache as its page describes it, and what an ideal one would give: kept as
 * plain lists of blocks and compared block by block. It shares nothing with the simulated provider
 * or with what sets the marks.
 */

export interface Block {
  readonly text: string;
  readonly tokens: number;
  readonly isMarked: boolean;
}

export interface Tokens {
  readonly read: number;
  readonly written: number;
  /**
   * What could have been read of all that was asked in the last five minutes, however it was
   * marked.
   */
  readonly ideal: number;
}

const keptMs = 300_000;

export class ClaudeCache {
  readonly #minimum: number;
  #entries: { blocks: readonly Block[]; until: number }[] = [];
  #asked: { blocks: readonly Block[]; until: number }[] = [];

  constructor(minimum: number) {
    this.#minimum = minimum;
  }

  ask(blocks: readonly Block[], now: number): Tokens {
    this.#entries = this.#entries.filter(({ until }) => until > now);
    this.#asked = this.#asked.filter(({ until }) => until > now);
    const ideal = Math.max(
      0,
      ...this.#asked.map((earlier) => this.#worth(blocks, sharedWith(blocks, earlier.blocks))),
    );
    const marks = blocks.flatMap(({ isMarked }, index) =>
      isMarked && tokensOf(blocks, index + 1) >= this.#minimum ? [index + 1] : [],
    );
    let read = 0;
    for (const mark of marks)
      for (const entry of this.#entries) {
        const { length } = entry.blocks;
        const isInReach = length <= mark && length > mark - 20;
        if (!isInReach || sharedWith(blocks, entry.blocks) < length) continue;
        entry.until = now + keptMs;
        read = Math.max(read, length);
      }
    const until = now + keptMs;
    for (const mark of marks) this.#entries.push({ blocks: blocks.slice(0, mark), until });
    this.#asked.push({ blocks, until });
    const readTokens = tokensOf(blocks, read);
    const written = Math.max(0, tokensOf(blocks, marks.at(-1) ?? 0) - readTokens);
    return { read: readTokens, written, ideal };
  }

  #worth(blocks: readonly Block[], count: number): number {
    const tokens = tokensOf(blocks, count);
    return tokens < this.#minimum ? 0 : tokens;
  }
}

function sharedWith(blocks: readonly Block[], earlier: readonly Block[]): number {
  const at = blocks.findIndex(({ text }, index) => text !== earlier[index]?.text);
  return at < 0 ? blocks.length : at;
}

function tokensOf(blocks: readonly Block[], count: number): number {
  return blocks.slice(0, count).reduce((sum, { tokens }) => sum + tokens, 0);
}

type Content = string | readonly object[];

interface Body {
  readonly tools?: readonly object[];
  readonly system?: Content;
  readonly messages: readonly { readonly role: string; readonly content: Content }[];
}

/** A text alone is one block. */
function listBlocks(content: Content): readonly object[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

/** The blocks of a body as it was sent, in the order in which a cache reads them. */
export function readBlocks(body: string): readonly Block[] {
  const { tools = [], system = [], messages } = JSON.parse(body) as Body;
  const said = messages.flatMap(({ role, content }) =>
    listBlocks(content).map((block) => ({ role, block })),
  );
  return [
    ...tools.map((block) => ({ role: 'tool', block })),
    ...listBlocks(system).map((block) => ({ role: 'system', block })),
    ...said,
  ].map(({ role, block }) => {
    const { cache_control: mark, ...plain } = block as { cache_control?: unknown };
    const text = `${role} ${JSON.stringify(plain)}`;
    return { text, tokens: countTokens(plain), isMarked: mark !== undefined };
  });
}

/** A picture costs by its size on a screen, not by its bytes: this one is small. */
function countTokens(block: unknown): number {
  const said = JSON.stringify(block, (name, value) => (name === 'data' ? '' : value));
  return Math.ceil(said.length / 4) + 50 * (said.split('"base64"').length - 1);
}
