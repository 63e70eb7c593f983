import { describeDeleting } from './deleting.ts';
import { describeEachLibraryInNewYork } from './matrix.ts';
import { describeReading } from './reading.ts';

describeEachLibraryInNewYork((interop) => {
  describeReading(interop);
  describeDeleting(interop);
});
