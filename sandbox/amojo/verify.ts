import type { Request } from 'express';
import { conversationsOf } from '../conversations/of.ts';
import { Problem } from '../errors.ts';
import type { Site } from '../site.ts';
import type { Channel } from './channel.ts';
import { md5, sameText, signRequest } from './signature.ts';

/** Kommo: a request is good for a quarter of an hour. */
const validSeconds = 15 * 60;

const forbidden = (detail: string) => new Problem(403, 'Forbidden', detail);

/** The bytes that came; the signature is over them, not over what they mean. */
export function rawBody(req: Request): Buffer {
  return Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
}

/**
 * The channel a request is of, once all its headers fit.
 *
 * @throws Problem 403 for an unknown channel, a stale date, a wrong digest or a wrong signature
 */
export function verifyChannel(site: Site, req: Request): Channel {
  const channelId = String(req.params['id']).split('_')[0];
  const channel = conversationsOf(site).channels.find(({ id }) => id === channelId);
  if (!channel) throw forbidden('Unknown channel');
  const date = req.get('date') ?? '';
  const at = Date.parse(date) / 1000;
  if (!rfc2822.test(date) || Number.isNaN(at)) throw forbidden('Invalid Date header');
  if (Math.abs(site.clock.now() - at) > validSeconds) throw forbidden('The request has expired');
  const contentType = req.get('content-type') ?? '';
  if (contentType !== 'application/json') throw forbidden('Invalid Content-Type header');
  const contentMd5 = req.get('content-md5') ?? '';
  if (!sameText(contentMd5, md5(rawBody(req)))) throw forbidden('Invalid Content-MD5 header');
  const path = req.originalUrl.split('?')[0] ?? '';
  const expected = signRequest(channel.secret, { method: req.method, contentMd5, contentType, date, path });
  if (!sameText(req.get('x-signature') ?? '', expected)) throw forbidden('Invalid signature');
  return channel;
}

/** `Tue, 06 Jan 2026 10:00:00 +0000`; GMT for the zone is the older spelling. */
const rfc2822 = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} ([+-]\d{4}|GMT|UTC)$/;
