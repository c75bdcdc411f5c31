/**
 * `npm run pictures` draws the page for README and docs/page.md, light and dark, into
 * docs/pictures: the scene of lib/page-scene.ts as Debian's Chromium shows it with
 * fonts-dejavu-core. The same browser draws the same bytes.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { openScene } from './lib/page-scene.ts';
import { encodePng, type Pixels } from './lib/palette-png.ts';
import { launchChromium, openScenePage, width } from './lib/scene-browser.ts';

const mostBytes = 180_000;
const folder = fileURLToPath(new URL('../docs/pictures', import.meta.url));

mkdirSync(folder, { recursive: true });
const browser = await launchChromium();
const scene = await openScene();
try {
  for (const scheme of ['light', 'dark'] as const) await draw(scheme);
} finally {
  await scene.close();
  await browser.close();
}

async function draw(scheme: 'light' | 'dark'): Promise<void> {
  const page = await openScenePage(browser, scene, scheme);
  // a checkout names its commit, a package only its version
  await page.evaluate(
    `for (const each of document.querySelectorAll('.link'))
      each.textContent = each.textContent.replace(/ \\(\\w+\\)/, '')`,
  );
  const height = await bottomOf(page, 'Rescued and failed');
  save(
    `page-${scheme}`,
    await readPixels(await page.screenshot({ clip: { x: 0, y: 0, width, height } })),
  );
  await page.context().close();
}

async function bottomOf(page: Page, region: string): Promise<number> {
  const box = await page.getByRole('region', { name: region }).boundingBox();
  if (box === null) throw new Error(`the page shows no ${region}`);
  return Math.ceil(box.y + box.height + 16);
}

/** Chromium itself unpacks its picture. */
async function readPixels(png: Buffer): Promise<Pixels> {
  const page = await browser.newPage();
  const { data, ...size } = await page.evaluate<{ width: number; height: number; data: string }>(
    `(async () => {
      const picture = new Image();
      picture.src = 'data:image/png;base64,${png.toString('base64')}';
      await picture.decode();
      const { width, height } = picture;
      const canvas = new OffscreenCanvas(width, height).getContext('2d');
      canvas.drawImage(picture, 0, 0);
      const { data } = canvas.getImageData(0, 0, width, height);
      return { width, height, data: new Uint8Array(data.buffer).toBase64() };
    })()`,
  );
  await page.close();
  return { ...size, rgba: Buffer.from(data, 'base64') };
}

function save(name: string, pixels: Pixels): void {
  const bytes = encodePng(pixels);
  if (bytes.length > mostBytes) throw new Error(`${name} has ${bytes.length} bytes: too many`);
  writeFileSync(`${folder}/${name}.png`, bytes);
  console.log(`docs/pictures/${name}.png ${bytes.length} bytes`);
}
