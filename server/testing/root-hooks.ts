import { closeAll } from './at-end.ts';
import { closeTestDatabase } from './database.ts';

/** Mocha's hooks around the whole run. A connection left open keeps the process alive and fails the run. */
export const mochaHooks = {
  async afterAll(): Promise<void> {
    await closeAll();
    await closeTestDatabase();
  },
};
