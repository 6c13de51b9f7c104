export { type Clock, dateFormat, dayIn, systemClock, unixSeconds } from './clock.ts';
export { crashPoints } from './crash-point.ts';
export { AppError, type InputFault, InvalidInput, isAbort, NotFound, toError } from './errors.ts';
export { asTenantId, newId, newTenantId, type TenantId } from './ids.ts';
export { createLogger, type Logger } from './logger.ts';
export { storable } from './storable.ts';
