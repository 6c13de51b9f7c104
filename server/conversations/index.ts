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
export {
  answerView,
  CitationView,
  FeedbackView,
  MessageView,
  questionView,
  RunState,
  ToolUse,
} from './views.ts';
