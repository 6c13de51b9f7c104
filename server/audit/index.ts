export { type AuditLine, genesis, hashLine } from './chain.ts';
export { type AuditEvent, recordAudit } from './record.ts';
export { type AuditVerdict, verifyAudit } from './verify.ts';
