import type pg from 'pg';

/** The part of pg's connection that COPY needs and its types leave out. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  stream: NodeJS.WritableStream & { writableNeedDrain: boolean };
}

/** Sends chunks to `copy ... from stdin`, no faster than the server takes them. */
export async function copyIn(client: pg.Client, statement: string, chunks: Iterable<Buffer>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let failure: Error | null = null;
    client.query({
      submit: (connection: CopyConnection) => connection.query(statement),
      handleCopyInResponse(connection: CopyConnection) {
        send(connection, chunks).catch(thrown => {
          failure = thrown;
          connection.endCopyFrom();
        });
      },
      handleError(error: Error) {
        failure ??= error;
        reject(failure);
      },
      handleCommandComplete() {},
      handleReadyForQuery() {
        if (failure) reject(failure);
        else resolve();
      },
    } as unknown as pg.Submittable);
  });
}

async function send(connection: CopyConnection, chunks: Iterable<Buffer>): Promise<void> {
  for (const chunk of chunks) {
    connection.sendCopyFromChunk(chunk);
    if (connection.stream.writableNeedDrain)
      await new Promise(drained => connection.stream.once('drain', drained));
  }
  connection.endCopyFrom();
}

const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

/** Rows of fields in PostgreSQL's binary form, in chunks of a good size. */
export function* binaryRows(rows: Iterable<(Buffer | null)[]>): Generator<Buffer> {
  let parts: Buffer[] = [signature];
  let size = 0;
  for (const fields of rows) {
    const count = Buffer.alloc(2);
    count.writeInt16BE(fields.length);
    parts.push(count);
    for (const field of fields) {
      const length = Buffer.alloc(4);
      length.writeInt32BE(field === null ? -1 : field.length);
      parts.push(length);
      if (field !== null) parts.push(field);
      size += 4 + (field?.length ?? 0);
    }
    if (size > 1 << 20) {
      yield Buffer.concat(parts);
      parts = [];
      size = 0;
    }
  }
  yield Buffer.concat([...parts, Buffer.from([0xff, 0xff])]);
}

/** As pgvector reads a vector: how many numbers, nothing, the numbers. */
export function binaryVector(vector: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(4 + 4 * vector.length);
  bytes.writeInt16BE(vector.length, 0);
  bytes.writeInt16BE(0, 2);
  Buffer.from(vector.slice().buffer).swap32().copy(bytes, 4);
  return bytes;
}

/** The same of half precision, for numbers between -1 and 1; the smallest become 0. */
export function binaryHalfVector(vector: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(4 + 2 * vector.length);
  bytes.writeInt16BE(vector.length, 0);
  bytes.writeInt16BE(0, 2);
  const bits = new Uint32Array(Float32Array.from(vector).buffer);
  Buffer.from(Uint16Array.from(bits, halfOf).buffer).swap16().copy(bytes, 4);
  return bytes;
}

/** The 16 bits nearest to a number of 32. */
function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const rounded = (bits & 0x7fffffff) + 0x1000;
  const exponent = (rounded >>> 23) - 112;
  if (exponent <= 0) return sign;
  return sign | (exponent << 10) | ((rounded >>> 13) & 0x3ff);
}

export function binaryUuid(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}
