import { type Browser, chromium } from 'playwright-core';

export async function openBrowser(): Promise<Browser> {
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs20.x';
  const packed = await import('@sparticuz/chromium');
  return chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? (await packed.default.executablePath()),
    args: [
      ...['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
      ...['--disable-sync', '--no-first-run'],
    ],
  });
}
