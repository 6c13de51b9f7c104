export { summariesSweep, summaryJob, workSummaries } from './jobs.ts';
export { eraseSummaries, markDue, readSummary, type Summary } from './summary-queries.ts';
