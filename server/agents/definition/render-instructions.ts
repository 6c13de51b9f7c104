import type { AgentDefinition } from './definition.ts';
import { fillIn, type Values } from './variables.ts';

/**
 * The definition as the model is told it. What stays the same from turn to turn stands first, so that providers
 * can cache the beginning; only variables differ.
 */
export function renderInstructions(definition: AgentDefinition, values: Values): string {
  const { instructions, blocks, tone, facts, examples, language } = definition;
  const fill = (text: string) => fillIn(text, blocks, values).trim();
  const parts = [fill(instructions)];
  if (tone.trim() !== '') parts.push(`# Tone\n${fill(tone)}`);
  if (language !== 'question') parts.push(`# Language\nAnswer in the language with the tag ${language}.`);
  if (facts.length > 0) parts.push(`# About the company\n${facts.map(fact => `- ${fill(fact)}`).join('\n')}`);
  if (examples.length > 0) {
    const shown = examples.map(
      ({ question, answer }) => `Asked: ${question.trim()}\nAnswer: ${answer.trim()}`,
    );
    parts.push(`# Examples of good answers; they are no source\n${shown.join('\n\n')}`);
  }
  return parts.join('\n\n');
}
