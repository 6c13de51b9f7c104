/** The commands that the README shows first, one for each of its shell blocks, in order. */
export function readmeCommands(readme: string): string[] {
  return [...readme.matchAll(/^```sh\n([\s\S]*?)\n```$/gm)].map(([, command = '']) => command.trim());
}
