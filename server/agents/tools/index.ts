import { knowledgeTool } from './knowledge-tool.ts';
import { memoryTool } from './memory-tool.ts';
import { preparingTools } from './preparing.ts';
import type { Tool } from './tool.ts';

export { type CalledTools, callTools } from './call-tools.ts';
export { customTools } from './custom-tools.ts';
export { specOf, type Tool, type ToolPlace } from './tool.ts';

export const tools: Tool[] = [knowledgeTool, memoryTool, ...preparingTools];
