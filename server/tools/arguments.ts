import { z } from 'zod';
import type { HttpTool, Parameter, Pinned } from './definition.ts';

const textMax = 8_000;

/** What a call of an HTTP tool takes: nothing but its parameters. */
export function argumentsOf({ parameters }: HttpTool): z.ZodType<Record<string, unknown>> {
  return z.strictObject(
    Object.fromEntries(
      parameters.map(parameter => {
        const value = valueSchema(parameter).describe(parameter.description);
        return [parameter.name, parameter.required ? value : value.optional()];
      }),
    ),
  );
}

function valueSchema({ type, values }: Parameter): z.ZodType {
  switch (type) {
    case 'string':
      return z.string().max(textMax);
    case 'integer':
      return z.int();
    case 'number':
      return z.number();
    case 'boolean':
      return z.boolean();
    case 'enum':
      return z.enum((values ?? []) as [string, ...string[]]);
  }
}

/** The schema that a model is shown. */
export function schemaOf(definition: HttpTool | Pinned): Record<string, unknown> {
  if ('inputSchema' in definition) return definition.inputSchema;
  const { $schema: _, ...schema } = z.toJSONSchema(argumentsOf(definition), { io: 'input' });
  return schema;
}

/** What a call of an MCP tool takes: the server checks it by its own schema, so only size and shape are ours. */
export const McpArguments = z
  .record(z.string().max(200), z.unknown())
  .refine(value => JSON.stringify(value).length <= 32_000, 'must be smaller');
