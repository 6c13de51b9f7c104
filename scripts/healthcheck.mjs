// Whether the server in this container can do its work; the exit code says so.
const url = `http://127.0.0.1:${process.env.PORT || 3000}/readyz`;
try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(4000) });
  if (!answer.ok) process.stderr.write(`${url} answers ${answer.status}: ${await answer.text()}\n`);
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  process.stderr.write(`${url} does not answer: ${error.message}\n`);
  process.exitCode = 1;
}
