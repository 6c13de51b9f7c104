export { isPublicAddress } from './addresses.ts';
export { AddressRefused, AnswerTooLarge, PeerUnreachable } from './errors.ts';
export { type Outbound, openOutbound } from './outbound.ts';
