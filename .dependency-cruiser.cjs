/** Imports inside server/ point leftwards along this line; those of one step do not know each other. */
const steps = [
  ['kernel'],
  ['price-file.ts'],
  ['config.ts', 'version.ts'],
  ['db'],
  ['secrets'],
  ['outbound'],
  ['audit'],
  ['usage'],
  ['jobs', 'files', 'llm', 'masking', 'policy', 'texts', 'http', 'telemetry'],
  ['tenants', 'models'],
  ['kommo', 'tools'],
  ['knowledge'],
  ['conversations'],
  ['quality'],
  ['actions'],
  ['agents'],
  ['api', 'console', 'authenticate.ts'],
  ['compose.ts'],
  ['cli', 'main.ts', 'testing'],
];

const test =
  '\\.(test|contract)\\.tsx?$|^server/[^/]+/testing\\.ts$|^server/[^/]+/testing/|^server/testing/(e2e|fixtures)/';
const place = name => (name.endsWith('.ts') ? `^server/${name.replace('.', '\\.')}$` : `^server/${name}/`);
const anyOf = names => names.map(place).join('|');

const layers = steps.flatMap((step, index) => {
  const rightwards = steps.slice(index + 1).flat();
  return step.map(name => ({
    name: `layer-${name.replace('.ts', '')}`,
    comment: `server/${name} may import only what stands left of it in the order at the top of this file.`,
    severity: 'error',
    from: { path: place(name), pathNot: test },
    to: { path: anyOf([...rightwards, ...step.filter(other => other !== name)]) },
  }));
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'A cycle, types included. Declare a function type on the left and let compose.ts pass it in.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    // The line ends with its last step, which nothing restricts but the doors.
    ...layers.filter(({ name }) => !['layer-cli', 'layer-main', 'layer-testing'].includes(name)),
    {
      name: 'layer-unknown',
      comment: 'A slice that the order at the top of .dependency-cruiser.cjs does not place.',
      severity: 'error',
      from: {},
      to: { path: '^server/', pathNot: anyOf(steps.flat()) },
    },
    {
      name: 'testing-kit',
      comment: 'Nothing that runs in production uses server/testing.',
      severity: 'error',
      from: { path: '^(server|migrations)/', pathNot: `${test}|^server/testing/` },
      to: { path: '^server/testing/' },
    },
    {
      name: 'door',
      comment: 'Another slice is reached by its index.ts only.',
      severity: 'error',
      from: { path: '^server/([^/]+)/', pathNot: test },
      to: { path: '^server/[^/]+/', pathNot: '^server/(?:$1/|[^/]+/index\\.ts$)' },
    },
    {
      name: 'door-root',
      comment: 'What stands above the slices reaches them by their index.ts only.',
      severity: 'error',
      from: { path: '^server/[^/]+\\.ts$', pathNot: test },
      to: { path: '^server/[^/]+/', pathNot: '^server/[^/]+/index\\.ts$' },
    },
    {
      name: 'sandbox-alone',
      comment: 'The stand-in for Kommo imports nothing of ours, so that a misreading of Kommo is not shared.',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(server|widget|migrations|scripts|bench)/' },
    },
    {
      name: 'sandbox-unknown',
      comment: 'We talk to the sandbox over the wire only; tests and launchers start it by its path.',
      severity: 'error',
      from: { pathNot: '^sandbox/' },
      to: { path: '^sandbox/' },
    },
    {
      name: 'widget-alone',
      comment: 'The widget knows the server by its API only.',
      severity: 'error',
      from: { path: '^widget/' },
      to: { path: '^(server|sandbox|migrations)/' },
    },
    {
      name: 'server-without-widget',
      comment: 'Only the tests of the whole way build the widget and drive a browser.',
      severity: 'error',
      from: { path: '^server/', pathNot: '^server/testing/e2e/' },
      to: { path: '^widget/' },
    },
    {
      name: 'migrations-alone',
      comment: 'A migration is immutable, so it must not change with the code.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(server|widget|sandbox|scripts|bench)/' },
    },
    {
      name: 'development-packages',
      comment: 'What runs in production comes from "dependencies".',
      severity: 'error',
      from: { path: '^(server|migrations)/', pathNot: `${test}|^server/testing/` },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/@types/' },
    },
    { name: 'unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.data|\\.tmp)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
    combinedDependencies: true,
  },
};
