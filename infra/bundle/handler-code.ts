import { join } from 'node:path';
import { AssetHashType } from 'aws-cdk-lib';
import { type AssetCode, Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { bundleHandler } from './bundle-handler.ts';
import { bundleOptions } from './bundle-options.ts';

export const RUNTIME = Runtime.NODEJS_24_X;

/**
 * A handler's bundle, made once a stack however many functions run it. `entry` is relative to the
 * root of the project.
 */
export function handlerCode(entry: string): AssetCode {
  return Code.fromAsset(bundleOptions(entry).absWorkingDir, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: RUNTIME.bundlingImage,
      /** Never run: it tells the bundles of two handlers apart, which share a source folder. */
      command: [entry],
      local: { tryBundle: (outputDir) => bundleInto(outputDir, entry) },
    },
  });
}

function bundleInto(outputDir: string, entry: string): true {
  bundleHandler(entry, join(outputDir, 'index.mjs'));
  return true;
}
