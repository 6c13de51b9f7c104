import { isIP } from 'node:net';
import { z } from 'zod';
import { type InputFault, InvalidInput, storable } from '../kernel/index.ts';
import { openaiUrl, openrouterUrl, type ProviderKind, providerKinds } from '../llm/index.ts';
import { AddressRefused, isPublicAddress } from '../outbound/index.ts';
import { offlineName, operatorName } from './chain.ts';

export const ProviderName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be a short name such as "our-openai"')
  .refine(name => name !== operatorName && name !== offlineName, 'is a name of ours');

/** As it goes into a path and a header: what an HTTP library would refuse is refused when it is saved. */
const Key = z.string().regex(/^[\x21-\x7e]{1,2000}$/, 'must be a key without spaces');
export const ModelName = z.string().transform(storable).pipe(z.string().trim().min(1).max(200));

export const NewProvider = z.strictObject({
  kind: z.enum(providerKinds),
  /** Null for the provider's own, where there is one. */
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullish(),
  /** Of Azure alone, such as 2024-10-21. */
  apiVersion: z
    .string()
    .regex(/^[a-zA-Z0-9.-]{1,40}$/)
    .nullish(),
  /** Asked in this order where an agent names no model; with Azure, names of deployments. */
  models: z.array(ModelName).max(10).default([]),
  /** Of several providers the one with the least is asked first. */
  position: z.int().min(0).max(99).default(0),
  /** Left out keeps what is stored, null takes it away. */
  key: Key.nullish(),
});
export type NewProvider = z.output<typeof NewProvider>;

export const ProviderView = z.object({
  name: z.string(),
  kind: z.enum(providerKinds),
  baseUrl: z.string(),
  apiVersion: z.string().nullable(),
  models: z.array(z.string()),
  position: z.int(),
  hasKey: z.boolean(),
  updatedAt: z.iso.datetime(),
});

/** Where a provider is asked. */
export interface Endpoint {
  kind: ProviderKind;
  baseUrl: string;
  apiVersion: string | null;
}

const ownUrl: Partial<Record<ProviderKind, string>> = { openai: openaiUrl, openrouter: openrouterUrl };
const azureVersion = '2024-10-21';

/**
 * What was given, made whole.
 *
 * @throws InvalidInput, or AddressRefused for an address that no call would be made to
 */
export function endpointOf(
  { kind, baseUrl, apiVersion, models }: NewProvider,
  privateOrigins: string[],
): Endpoint {
  const faults: InputFault[] = [];
  const url = baseUrl ?? ownUrl[kind];
  if (url === undefined) faults.push({ path: 'body.baseUrl', message: `is needed for the kind "${kind}"` });
  if (apiVersion && kind !== 'azure')
    faults.push({ path: 'body.apiVersion', message: 'is for the kind "azure" alone' });
  for (const [index, model] of models.entries())
    if (!fitsKind(kind, model))
      faults.push({ path: `body.models.${index}`, message: 'must be the name of a deployment' });
  if (url === undefined || faults.length > 0) throw new InvalidInput(faults);
  assertAllowed(url, privateOrigins);
  return { kind, baseUrl: url, apiVersion: kind === 'azure' ? (apiVersion ?? azureVersion) : null };
}

/** Of Azure the name of a deployment becomes part of the path, as it is. */
export function fitsKind(kind: ProviderKind, model: string): boolean {
  return kind !== 'azure' || /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(model);
}

/** What is plain from the address alone; the name behind it is looked at with each call. */
function assertAllowed(address: string, privateOrigins: string[]): void {
  const url = new URL(address);
  if (url.username !== '' || url.password !== '')
    throw new AddressRefused('it carries a user name or password');
  if (privateOrigins.includes(url.origin)) return;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new AddressRefused('it is on a private network');
  if (url.protocol !== 'https:') throw new AddressRefused('a key is only sent over https');
}
