import { describeEachLibraryInNewYork } from './matrix.ts';
import { describeReading } from './reading.ts';

describeEachLibraryInNewYork((interop) => {
  describeReading(interop);
});
