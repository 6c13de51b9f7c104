export { integrationRoutes } from './integration-routes.ts';
export { type OperatorRoutesDeps, operatorRoutes } from './operator-routes.ts';
