const closers: (() => Promise<void>)[] = [];

/** Has something that several suites share closed when the whole run is over; the last opened goes first. */
export function atEnd(close: () => Promise<void>): void {
  closers.push(close);
}

export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}
