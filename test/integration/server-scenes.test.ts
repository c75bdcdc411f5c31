/**
 * Scenes of people's own model servers, played over real sockets against what those servers were
 * recorded to answer.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playScene, scenes, softwares } from '../../conformance/servers/scenes.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { refusals, startStandIn } from './stand-in.ts';

let spare: SimulatedProvider;
beforeAll(async () => {
  spare = await startSimulatedProvider();
});
afterAll(() => spare.close());

describe.each(Object.keys(refusals))('%s', (standing) => {
  const software = softwares.find((name) => standing.startsWith(name));

  it.each(scenes.map((scene) => [scene.name, scene] as const))('%s', async (_name, scene) => {
    if (software === undefined) throw new Error(`${standing} is no software of the catalogue`);
    const standIn = await startStandIn(standing);
    try {
      const server = { name: software, baseUrl: standIn.url, model: 'tiny' };
      const played = await playScene(scene, server, spare.url);
      expect(scene.judge(played)).toBeUndefined();
    } finally {
      await standIn.close();
    }
  });
});
