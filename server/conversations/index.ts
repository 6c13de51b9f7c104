export {
  findConversation,
  findMessagePlace,
  openConversation,
  readMessages,
  readThread,
  type ThreadKey,
  type Visibility,
} from './queries.ts';
export {
  type CitedText,
  type ConversationRoutesDeps,
  conversationRoutes,
  repOf,
  VisibilityField,
} from './routes.ts';
export { CitationView, FeedbackView, MessageView, RunState } from './views.ts';
