import type { Attributes, Span, Tracer } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { type Logger, toError } from '../kernel/index.ts';

/** Something that has ended, and what it was made of. */
export interface FinishedSpan {
  name: string;
  startedAt: Date;
  endedAt: Date;
  attributes: Attributes;
  /** A code where it failed, else null. */
  failure: string | null;
  children: FinishedSpan[];
}

export interface Spans {
  record(span: FinishedSpan): void;
  /** Sends what waits. */
  close(): Promise<void>;
}

export interface SpansOptions {
  /** The collector, without `/v1/traces`. */
  endpoint: string;
  headers: Record<string, string>;
  serviceName: string;
  version: string;
  fetch: typeof fetch;
  log: Logger;
}

/** OTLP over HTTP, as JSON: https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
const path = '/v1/traces';
const exportMsMax = 10_000;

/**
 * Sends spans to an OpenTelemetry collector, in batches, through the one outbound door. A collector that does not
 * answer costs the spans of that batch and a line in the log. The library is loaded only where this is used.
 */
export async function openSpans(options: SpansOptions): Promise<Spans> {
  const [{ context, SpanKind, SpanStatusCode, trace }, sdk, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/resources'),
  ]);
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.serviceName,
      'service.version': options.version,
    }),
    spanProcessors: [new sdk.BatchSpanProcessor(await collector(options))],
  });
  const tracer = provider.getTracer('cardwise', options.version);

  function tell(
    by: Tracer,
    { name, startedAt, endedAt, attributes, failure, children }: FinishedSpan,
    parent?: Span,
  ) {
    const around = parent ? trace.setSpan(context.active(), parent) : context.active();
    const kind = parent ? SpanKind.CLIENT : SpanKind.SERVER;
    const span = by.startSpan(name, { startTime: startedAt, attributes, kind, root: !parent }, around);
    for (const child of children) tell(by, child, span);
    if (failure !== null) {
      span.setAttribute('error.type', failure);
      span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    }
    span.end(endedAt);
  }

  return {
    record: span => tell(tracer, span),
    // What the last batch failed with stands in the log already.
    close: () => provider.shutdown().catch(() => undefined),
  };
}

async function collector({ endpoint, headers, fetch, log }: SpansOptions): Promise<SpanExporter> {
  const { JsonTraceSerializer } = await import('@opentelemetry/otlp-transformer');
  const url = `${endpoint.replace(/\/+$/, '')}${path}`;
  const sent = new Set<Promise<void>>();

  async function send(spans: ReadableSpan[]): Promise<void> {
    const body = JsonTraceSerializer.serializeRequest(spans);
    if (!body) return;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: Buffer.from(body),
      signal: AbortSignal.timeout(exportMsMax),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`The collector answered ${answer.status}.`);
  }

  return {
    export(spans, done) {
      // 0 and 1 are ExportResultCode.SUCCESS and FAILED, which the SDK does not export.
      const sending = send(spans).then(
        () => done({ code: 0 }),
        thrown => {
          const error = toError(thrown);
          log.warn({ err: error, spans: spans.length }, 'spans could not be sent');
          done({ code: 1, error });
        },
      );
      sent.add(sending);
      void sending.finally(() => sent.delete(sending));
    },
    async forceFlush() {
      await Promise.all(sent);
    },
    async shutdown() {
      await Promise.all(sent);
    },
  };
}
