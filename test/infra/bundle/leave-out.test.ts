import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleOptions } from '#infra/bundle/bundle-options.ts';
import { handlers } from '#infra/bundle/handlers.ts';
import { unreachedModules } from '#infra/bundle/unreached-modules.ts';
import type { handler } from '#test/floors/faults/calls-beyond-configuration.ts';
import { bundled } from '#test/floors/run-bundle.ts';

/** No code in place of a module is as long as that. */
const SHORT = 600;

const leftOut = (module: string): unknown =>
  expect.stringMatching(new RegExp(`^${module}\\.js is left out of this bundle: \\w`));

describe('a module that nothing comes to', () => {
  it('would be in the bundles, but is not', async () => {
    const { metafile } = await build({
      ...bundleOptions(handlers.requote),
      outfile: 'index.mjs',
      write: false,
      metafile: true,
    });
    const inputs = Object.values(metafile.outputs).flatMap((output) =>
      Object.entries(output.inputs),
    );
    const bytesOf = new Map(
      inputs.map(([path, { bytesInOutput }]) => [
        path.replace(/^.*node_modules\//, ''),
        bytesInOutput,
      ]),
    );
    const absent = unreachedModules
      .filter(({ path }) => !bytesOf.has(path))
      .map(({ path }) => path);
    expect(absent, 'renamed, or needed no longer').toEqual([]);
    expect(unreachedModules.filter(({ path }) => (bytesOf.get(path) ?? 0) > SHORT)).toEqual([]);
  });

  describe('when something comes to it after all', () => {
    let ended: Awaited<ReturnType<typeof handler>>;
    beforeAll(async () => {
      const calls = await bundled('test/floors/faults/calls-beyond-configuration.ts');
      const { answer } = await calls.run({}, { HTTP_PROXY: 'http://127.0.0.1:1' });
      ended = answer as typeof ended;
      calls.remove();
    });

    it('says so', () => {
      expect(ended).toMatchObject({
        'tunnels through a proxy': leftOut('https-proxy-agent/dist/index'),
        'posts an object as a form': leftOut('form-data/lib/form_data'),
        'has no credentials': 'Unable to find environment variable credentials.',
      });
    });
  });
});

describe('the bundle of each function', () => {
  it.each(Object.entries(handlers))(
    '%s loads without a word and names what is missing in its environment',
    async (_name, entry) => {
      const bundle = await bundled(entry);
      const { error, stderr } = await bundle.run({});
      bundle.remove();
      expect(error).toMatch(
        /^InputError: environment of the function: PARAMETERS_TABLE: Invalid input: expected string, received undefined; STATE_TABLE: /,
      );
      expect(stderr).toBe('');
    },
  );
});
