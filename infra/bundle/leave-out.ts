import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';
import { unreachedModules } from './unreached-modules.ts';

/**
 * Puts into a bundle what is to stand for the modules that nothing comes to, and of the SDK's
 * package.json files only the version.
 */
export const leaveOut: Plugin = {
  name: 'leave-out',
  setup(build) {
    const codes = new Map(unreachedModules.map(({ path, code }) => [path, code]));
    build.onLoad({ filter: MODULE }, ({ path }) => {
      const contents = codes.get(underNodeModules(path));
      return contents === undefined ? undefined : { contents };
    });
    build.onLoad({ filter: PACKAGE_OF_CLIENT }, ({ path }) => ({
      contents: JSON.stringify({ version: versionIn(path) }),
      loader: 'json',
    }));
  },
};

const MODULE = /[\\/]node_modules[\\/].+\.js$/;
/** A client tells the service its version, for which it imports its whole package.json. */
const PACKAGE_OF_CLIENT = /[\\/]node_modules[\\/]@aws-sdk[\\/]client-[a-z-]+[\\/]package\.json$/;

const underNodeModules = (path: string): string =>
  path.replaceAll('\\', '/').split('/node_modules/').at(-1) ?? path;

function versionIn(file: string): string {
  const version = /"version": "([^"]+)"/.exec(readFileSync(file, 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${file} names no version`);
  return version;
}
