/** JSON with comments and trailing commas as a tree that knows where each value stands, so that one can be changed in place. */

/** One value. `end` is exclusive. */
export type JsonNode =
  | {
      readonly kind: 'object';
      readonly start: number;
      readonly end: number;
      readonly members: readonly Member[];
    }
  | {
      readonly kind: 'array';
      readonly start: number;
      readonly end: number;
      readonly items: readonly JsonNode[];
    }
  | { readonly kind: 'leaf'; readonly start: number; readonly end: number; readonly value: unknown };

export interface Member {
  readonly key: string;
  readonly keyStart: number;
  readonly value: JsonNode;
}

/** Throws a `SyntaxError` that names the line. */
export function parseJsonTree(text: string): JsonNode {
  return new TreeReader(text).readAll();
}

/** The plain value; of a key that is there twice the last counts. */
export function toPlainValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ key, value }) => [key, toPlainValue(value)]));
    case 'array':
      return node.items.map(toPlainValue);
    default:
      return node.value;
  }
}

/** Where the space and the comments that begin at `from` end. */
export function skipTrivia(text: string, from: number): number {
  const trivia = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
  trivia.lastIndex = from;
  trivia.test(text);
  return trivia.lastIndex;
}

class TreeReader {
  readonly #text: string;
  #index = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readAll(): JsonNode {
    if (this.#text.charCodeAt(0) === 0xfeff) this.#index = 1;
    this.#skip();
    const node = this.#readValue();
    this.#skip();
    if (this.#index < this.#text.length) throw this.#fault();
    return node;
  }

  #readValue(): JsonNode {
    const character = this.#text[this.#index];
    if (character === '{') return this.#readObject();
    if (character === '[') return this.#readArray();
    return this.#readLeaf();
  }

  #readObject(): JsonNode {
    const start = this.#index;
    const members: Member[] = [];
    this.#readList('}', () => {
      const keyStart = this.#index;
      const key = this.#readString();
      this.#skip();
      if (!this.#take(':')) throw this.#fault();
      this.#skip();
      members.push({ key, keyStart, value: this.#readValue() });
    });
    return { kind: 'object', start, end: this.#index, members };
  }

  #readArray(): JsonNode {
    const start = this.#index;
    const items: JsonNode[] = [];
    this.#readList(']', () => items.push(this.#readValue()));
    return { kind: 'array', start, end: this.#index, items };
  }

  #readList(closing: string, readOne: () => void): void {
    this.#index += 1;
    this.#skip();
    while (!this.#take(closing)) {
      readOne();
      this.#skip();
      if (this.#take(',')) this.#skip();
      else if (this.#text[this.#index] !== closing) throw this.#fault();
    }
  }

  #readString(): string {
    const node = this.#readLeaf();
    if (node.kind === 'leaf' && typeof node.value === 'string') return node.value;
    throw this.#fault();
  }

  #readLeaf(): JsonNode {
    const start = this.#index;
    const token = /"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/y;
    token.lastIndex = start;
    const found = token.exec(this.#text)?.[0];
    if (found === undefined) throw this.#fault();
    const value = this.#parse(found);
    this.#index = token.lastIndex;
    return { kind: 'leaf', start, end: this.#index, value };
  }

  #parse(token: string): unknown {
    try {
      return JSON.parse(token);
    } catch (cause) {
      throw this.#fault(cause);
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.#index] !== character) return false;
    this.#index += 1;
    return true;
  }

  #skip(): void {
    this.#index = skipTrivia(this.#text, this.#index);
  }

  #fault(cause?: unknown): SyntaxError {
    const line = this.#text.slice(0, this.#index).split('\n').length;
    return new SyntaxError(`line ${line} is no JSON`, cause === undefined ? {} : { cause });
  }
}
