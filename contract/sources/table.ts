import { oneOf, optional, scalar, Shape, text } from '../fields';
import { SourceContract } from '../source';

/** What an attribute must be, with its type, which CloudFormation does not keep. */
export const CONDITION = new Shape({ Attribute: text, Type: oneOf('S', 'N', 'BOOL'), Value: scalar });

/** An attribute of a DynamoDB table's items. */
export const TABLE = new SourceContract('table', {
  /** The table's ARN. */
  Table: text,
  Attribute: text,
  Index: optional(text),
  Partition: optional(CONDITION.nested),
  Filter: optional(CONDITION.nested),
});
