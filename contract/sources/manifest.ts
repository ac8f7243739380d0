import { oneOf, optional, text } from '../fields';
import { SourceContract } from '../source';

/** An S3 object. */
export const MANIFEST = new SourceContract('manifest', {
  Bucket: text,
  /** Where it is known, and not the stack's. */
  BucketRegion: optional(text),
  /** Where it is known. */
  BucketOwner: optional(text),
  Key: text,
  Format: oneOf('LINES', 'CSV', 'JSON_LINES'),
  /** The column or field; not of lines. */
  Field: optional(text),
});
