import { describeDeleting } from './deleting.ts';
import { describeEachLibrary } from './matrix.ts';
import { describeReading } from './reading.ts';
import { describeWriting } from './writing.ts';

describeEachLibrary((interop) => {
  describeReading(interop);
  describeWriting(interop);
  describeDeleting(interop);
});
