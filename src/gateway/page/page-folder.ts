/**
 * The built page in `dist/page`: its files, and whether they fit their sources. In a checkout the
 * sources are beside it; in the package there are none, so it always fits.
 */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { packagePath } from '../../host/package-files.ts';
import type { Files } from '../../host.ts';

/** Is written by scripts/build-page.ts beside the files. */
export interface PageManifest {
  /** Of the sources, in hexadecimal. It names the files that are never changed. */
  readonly hash: string;
  /** Paths from the root of the package. */
  readonly sources: readonly string[];
}

export const manifestName = 'page.json';

type SourceFiles = Pick<Files, 'stamp' | 'readText'>;

export function pageFolder(): string {
  return packagePath('dist/page');
}

/** Undefined where no page was built. */
export function readManifest(
  files: SourceFiles,
  folder: string = pageFolder(),
): PageManifest | undefined {
  const path = join(folder, manifestName);
  return files.stamp(path) === undefined ? undefined : parseManifest(files.readText(path));
}

/** Our own build has written it. */
function parseManifest(text: string): PageManifest {
  return JSON.parse(text) as PageManifest;
}

/** True where no source has changed since the page was built, or where there are no sources. */
export function fitsSources(
  files: SourceFiles,
  { hash, sources }: PageManifest,
  root: string = packagePath(''),
): boolean {
  return (
    files.stamp(join(root, 'src/page')) === undefined || hash === hashSources(files, sources, root)
  );
}

/** A source that is gone counts as empty. */
export function hashSources(
  files: SourceFiles,
  sources: readonly string[],
  root: string = packagePath(''),
): string {
  const hash = createHash('sha256');
  for (const path of sources) {
    const whole = join(root, path);
    const text = files.stamp(whole) === undefined ? '' : files.readText(whole);
    hash.update(`${path}\0${text}\0`);
  }
  return hash.digest('hex').slice(0, 16);
}
