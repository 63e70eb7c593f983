import { describeDeleting } from './deleting.ts';
import { describeEachLibraryInNewYork } from './matrix.ts';
import { describeReading } from './reading.ts';
import { describeWriting } from './writing.ts';

describeEachLibraryInNewYork((interop) => {
  describeReading(interop);
  describeWriting(interop);
  describeDeleting(interop);
});
