/** One set of measures for the shipped questions and for those of tenants. */
export * from '../server/quality/measures.ts';
