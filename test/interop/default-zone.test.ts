import { describeDeleting } from './deleting.ts';
import { describeEachLibrary } from './matrix.ts';
import { describeReading } from './reading.ts';

describeEachLibrary((interop) => {
  describeReading(interop);
  describeDeleting(interop);
});
