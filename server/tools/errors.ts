import { AppError } from '../kernel/index.ts';

/** The other server refused the call, or the tool is not what was accepted: nothing was done. */
export class ToolCallRefused extends AppError {
  readonly code: string;
  readonly status = 422;

  constructor(code: 'tool-refused' | 'tool-changed' | 'tool-missing' | 'tool-arguments', message: string) {
    super(message);
    this.code = code;
  }
}

/** The other server did not answer, or not in a way that can be read: whether it did anything is unknown. */
export class ToolCallAmbiguous extends AppError {
  readonly code = 'tool-ambiguous';
  readonly status = 502;

  constructor(cause: unknown) {
    super('The tool’s server gave no answer that tells whether the call was carried out.', { cause });
  }
}
