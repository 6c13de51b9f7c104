import { z } from 'zod';
import { Problem } from './problem.ts';
import type { Route } from './route.ts';

type Json = { [key: string]: unknown };

/** The OpenAPI 3.1 file of a route table. Zod writes the JSON Schemas, so the file cannot drift from the checks. */
export function openApi(
  routes: Route[],
  { version, serverUrl }: { version: string; serverUrl: string },
): Json {
  const paths: Record<string, Json> = {};
  for (const definition of routes) {
    const item = paths[definition.path] ?? {};
    item[definition.method] = operation(definition);
    paths[definition.path] = item;
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Cardwise agent API', version, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: serverUrl }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(Problem, 'output') },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function operation(definition: Route): Json {
  const { permission } = definition;
  const open = permission === 'public' || permission === 'signed';
  const kind = definition.bodyKind ?? (definition.body ? 'json' : 'none');
  return {
    operationId: definition.operation,
    summary: definition.summary,
    tags: [definition.tag],
    security: open ? [] : [{ bearer: [] }],
    'x-permission': permission,
    parameters: [
      ...parameters(definition.params, 'path'),
      ...parameters(definition.query, 'query'),
      ...(definition.idempotent
        ? [
            {
              name: 'Idempotency-Key',
              in: 'header',
              required: definition.idempotent === true,
              schema: { type: 'string', minLength: 8, maxLength: 128 },
            },
          ]
        : []),
    ],
    ...(kind === 'json' && definition.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: jsonSchema(definition.body, 'input') } },
          },
        }
      : {}),
    ...(kind === 'raw'
      ? {
          requestBody: {
            required: false,
            content: {
              'application/x-www-form-urlencoded': { schema: { type: 'object' } },
              'application/json': { schema: { type: 'object' } },
            },
          },
        }
      : {}),
    ...(kind === 'multipart'
      ? {
          requestBody: {
            required: true,
            content: {
              'multipart/form-data': {
                schema: {
                  type: 'object',
                  required: ['file'],
                  properties: { title: { type: 'string' }, file: { type: 'string', format: 'binary' } },
                },
              },
            },
          },
        }
      : {}),
    responses: responses(definition),
  };
}

function responses(definition: Route): Json {
  const answers: Json = {};
  for (const [status, schema] of Object.entries(definition.answers)) {
    answers[status] = {
      description: 'Success',
      ...(schema === null
        ? {}
        : {
            content: {
              [definition.produces ?? 'application/json']: {
                schema: definition.produces ? { type: 'string' } : jsonSchema(schema, 'output'),
              },
            },
          }),
    };
  }
  answers['default'] = {
    description: describeProblems(definition),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  return answers;
}

function describeProblems({ problems }: Route): string {
  const lines = Object.entries(problems ?? {}).map(([status, codes]) => `${status}: ${codes.join(', ')}`);
  return ['A problem document (RFC 9457).', ...lines].join(' ');
}

function parameters(schema: z.ZodType | undefined, where: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
