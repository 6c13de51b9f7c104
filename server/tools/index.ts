export { ToolCallAmbiguous, ToolCallRefused } from './errors.ts';
export { type CustomTools, type OfferedTool, openTools } from './open-tools.ts';
export { toolRoutes } from './routes.ts';
