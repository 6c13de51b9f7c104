import type { Lang } from './records.ts';

export interface SandboxAccount {
  id: number;
  subdomain: string;
  origin: string;
  leadCardUrl: string;
  lang: Lang;
}

export interface NewAccount {
  subdomain: string;
  lang?: Lang | undefined;
  timezone?: string | undefined;
  /** How many leads it begins with. */
  leads?: number | undefined;
}
