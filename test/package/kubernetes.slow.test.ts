/** The manifests of deploy/kubernetes, by the schemas of Kubernetes itself. */

import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { installPythonPackages } from '../fakes/python-packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-kubernetes-'));
const manifests = globSync(join(import.meta.dirname, '../../deploy/kubernetes/*.yaml'));

beforeAll(() => {
  installPythonPackages(folder, ['kubernetes-validate==1.37.0']);
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each(['1.28', '1.37'])('every manifest is one of Kubernetes %s', (version) => {
  const asked = ['--strict', '--kubernetes-version', version, ...manifests];
  const said = execFileSync(join(folder, 'bin/kubernetes-validate'), asked, { encoding: 'utf8' });
  for (const kind of ['deployment', 'statefulset', 'service', 'poddisruptionbudget'])
    expect(said).toContain(`passed for resource ${kind}/`);
});

it('no pod is given HOLDFAST_PORT by the Service of the same name', () => {
  const path = join(import.meta.dirname, '../../deploy/kubernetes/holdfast.yaml');
  const documents = parseAllDocuments(readFileSync(path, 'utf8'));
  const deployment = documents.find((one) => one.get('kind') === 'Deployment');
  expect(deployment?.getIn(['spec', 'template', 'spec', 'enableServiceLinks'])).toBe(false);
});
