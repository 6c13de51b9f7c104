export { type OperatorRoutesDeps, operatorRoutes } from './operator-routes.ts';
