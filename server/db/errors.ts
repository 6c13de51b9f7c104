import { AppError } from '../kernel/index.ts';

/** Another process has the data folder, and the embedded database serves one. */
export class DataFolderTaken extends AppError {
  readonly code = 'data-folder-taken';
  readonly status = 500;

  constructor(folder: string) {
    super(
      `Another process is using the data folder ${folder}. Stop it, or start this one with a folder of its own: DATA_DIR=<folder>.`,
    );
  }
}

/** The data folder cannot be written to. */
export class DataFolderUnusable extends AppError {
  readonly code = 'data-folder-unusable';
  readonly status = 500;

  constructor(folder: string, cause: unknown) {
    super(
      `The data folder ${folder} cannot be written to. Give this user the right to write there, or choose another folder: DATA_DIR=<folder>.`,
      { cause },
    );
  }
}

/** The role of DATABASE_URL could read around the wall. */
export class UnsafeDatabaseRole extends AppError {
  readonly code = 'unsafe-database-role';
  readonly status = 500;

  constructor(role: string, reason: string) {
    super(
      `The database role "${role}" ${reason}, so row-level security would not hold it. Put a plain login role that is a member of cardwise_app into DATABASE_URL, and the owner's address into DATABASE_MIGRATION_URL: migrating creates the login role if it is missing.`,
    );
  }
}

/** The database did not answer at start. */
export class DatabaseUnreachable extends AppError {
  readonly code = 'database-unreachable';
  readonly status = 503;
  override readonly retryable = true;

  constructor(cause: unknown) {
    super('The database does not answer. Check that it runs and that DATABASE_URL is right.', { cause });
  }
}

/** The schema is older than this code. */
export class MigrationsPending extends AppError {
  readonly code = 'migrations-pending';
  readonly status = 503;

  constructor(names: string[]) {
    super(
      `The database lacks ${names.length} migration(s): ${names.join(', ')}. Run "npm run migrate", or set DATABASE_MIGRATION_URL so that the server migrates when it starts.`,
    );
  }
}
