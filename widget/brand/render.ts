import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../testing/browser.ts';

/** Every picture of the archive: its size in pixels, and how the mark and the name share it. */
const PICTURES = [
  { name: 'logo', width: 130, height: 100, mark: 76, words: 0 },
  { name: 'logo_small', width: 108, height: 108, mark: 88, words: 0 },
  { name: 'logo_min', width: 84, height: 84, mark: 68, words: 0 },
  { name: 'logo_medium', width: 240, height: 84, mark: 58, words: 33 },
  { name: 'logo_main', width: 400, height: 272, mark: 104, words: 46, stacked: true },
];

const imagesDir = new URL('../../images/', import.meta.url);
const brandDir = new URL('./', import.meta.url);

/** The name as outlines, so that the pictures do not depend on the fonts of a machine. */
const svg = await readFile(new URL('logo.svg', brandDir), 'utf8');
const name = await readFile(new URL('name.svg', brandDir), 'utf8');
const browser = await launchBrowser();
try {
  const page = await browser.newPage();
  for (const { name: file, width, height, mark, words, stacked } of PICTURES) {
    await page.setViewportSize({ width, height });
    const gap = stacked ? 16 : 11;
    await page.setContent(`<!doctype html><style>
      * { margin: 0 } html, body { background: transparent }
      body { width: ${width}px; height: ${height}px; display: flex; flex-direction: ${stacked ? 'column' : 'row'};
        align-items: center; justify-content: center; gap: ${gap}px }
      .mark svg { width: ${mark}px; height: ${mark}px; display: block }
      .words svg { height: ${words}px; display: block }
    </style><div class="mark">${svg}</div>${words ? `<div class="words">${name}</div>` : ''}`);
    const png = await page.screenshot({ omitBackground: true });
    await writeFile(fileURLToPath(new URL(`${file}.png`, imagesDir)), png);
  }
} finally {
  await browser.close();
}
