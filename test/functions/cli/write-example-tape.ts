import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { exampleTape, EXAMPLE_TAPE_PATH } from './example-tape.ts';

// Makes the tape in examples/ again: node test/functions/cli/write-example-tape.ts
writeFileSync(EXAMPLE_TAPE_PATH, gzipSync(exampleTape(), { level: 9 }));
