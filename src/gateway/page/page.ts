/**
 * Serves the page under `/ui/` from the files in `dist/page`. A request for the page itself builds
 * it first where it is missing or older than its sources. Whoever asks was let in before.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { RequestError } from '../../errors.ts';
import { packagePath } from '../../host/package-files.ts';
import type { Host } from '../../host.ts';
import { pageHeaders } from '../door/page-headers.ts';
import { answerUnbuilt } from '../door/sorry.ts';
import { pageRoot } from '../incoming.ts';
import { methodNotTaken } from '../refusals.ts';
import { fitsSources, manifestName, pageFolder, readManifest } from './page-folder.ts';

/** The names of all other files change with their content. */
const changing: readonly string[] = ['index.html', manifestName];

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
};

/** Measured: it takes half a second. */
const buildMs = 60_000;

interface Asset {
  readonly type: string;
  /** How long a browser may keep it. */
  readonly keeping: string;
  readonly packed: Uint8Array;
  readonly plain: Uint8Array;
}

export class Page {
  readonly #host: Pick<Host, 'files' | 'run' | 'executable' | 'environment'>;
  /** By their names, as the page of `#hash` has them. */
  #assets: ReadonlyMap<string, Asset> = new Map();
  #hash: string | undefined;
  #building: Promise<string | undefined> | undefined;

  constructor(host: Pick<Host, 'files' | 'run' | 'executable' | 'environment'>) {
    this.#host = host;
  }

  /** Rejects with `RequestError` where there is no such file, or no page. */
  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET' } = request;
    if (method !== 'GET' && method !== 'HEAD') throw methodNotTaken(path, method, 'GET, HEAD');
    if (path === pageRoot) {
      response.writeHead(308, { location: `${pageRoot}/` }).end();
      return;
    }
    const name = path.slice(pageRoot.length + 1) || 'index.html';
    const fault =
      changing.includes(name) || this.#hash === undefined ? await this.#refresh() : undefined;
    if (fault !== undefined) {
      answerUnbuilt(response, fault);
      return;
    }
    const asset = this.#assets.get(name);
    if (asset === undefined) throw fileUnknown(path);
    sendAsset(asset, request, response);
  }

  /** Resolves with what went wrong. */
  async #refresh(): Promise<string | undefined> {
    const { files } = this.#host;
    const built = readManifest(files);
    const fault =
      built !== undefined && fitsSources(files, built) ? undefined : await this.#buildOnce();
    const manifest = readManifest(files);
    if (manifest === undefined || fault !== undefined) return fault ?? 'it is not there';
    if (manifest.hash !== this.#hash) this.#assets = readAssets(files);
    this.#hash = manifest.hash;
    return undefined;
  }

  #buildOnce(): Promise<string | undefined> {
    this.#building ??= this.#build().finally(() => {
      this.#building = undefined;
    });
    return this.#building;
  }

  async #build(): Promise<string | undefined> {
    const { run, executable, environment } = this.#host;
    const result = await run([executable, packagePath('scripts/build-page.ts')], {
      shell: false,
      timeoutMs: buildMs,
      outputLimit: 65_536,
      environment: environment.all(),
      signal: new AbortController().signal,
    });
    if (result.ended === 'exited' && result.status === 0) return undefined;
    const said = 'errorOutput' in result ? result.errorOutput : result.reason;
    const lines = said.trim().split('\n');
    return lines.find((line) => /Error/.test(line)) ?? `the build was ended: ${result.ended}`;
  }
}

function readAssets(files: Pick<Host['files'], 'list' | 'readBytes'>): ReadonlyMap<string, Asset> {
  const folder = pageFolder();
  return new Map(
    files.list(folder).map((name) => {
      const plain = files.readBytes(join(folder, name));
      const type = types[extname(name)] ?? 'application/octet-stream';
      const keeping = changing.includes(name) ? 'no-cache' : 'max-age=31536000, immutable';
      return [name, { type, keeping, plain, packed: gzipSync(plain) }];
    }),
  );
}

function sendAsset(asset: Asset, request: IncomingMessage, response: ServerResponse): void {
  const isPacked = /\bgzip\b/.test(String(request.headers['accept-encoding']));
  response.writeHead(200, {
    ...pageHeaders,
    'content-type': asset.type,
    'cache-control': asset.keeping,
    vary: 'accept-encoding',
    ...(isPacked && { 'content-encoding': 'gzip' }),
  });
  response.end(isPacked ? asset.packed : asset.plain);
}

function fileUnknown(path: string): RequestError {
  return new RequestError('route-unknown', `the page has no file ${path}`, {
    status: 404,
    fix: `open ${pageRoot}/`,
  });
}
