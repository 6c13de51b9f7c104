export { integrationRoutes } from './integration-routes.ts';
export { maskingRoutes } from './masking-routes.ts';
export { type OperatorRoutesDeps, operatorRoutes } from './operator-routes.ts';
