/** Given to every view by the bundler: `h(...)` reads better in the built file than the automatic runtime. */
export { h } from 'preact';
