/**
 * What an attribute of an item must be.
 */
export interface TableCondition {
  /**
   * The attribute's name.
   */
  readonly attribute: string;

  /**
   * The attribute's value; its type in the table must be the same: a string, a number or a Boolean.
   */
  readonly value: string | number | boolean;
}

/**
 * Where targets are found in a DynamoDB table.
 */
export interface TableTargetsOptions {
  /**
   * The attribute that holds the target: a string, or a number that is taken as one. Items without it are no targets, but a table in
   * which no item that was read has it is an error.
   */
  readonly attribute: string;

  /**
   * The partition key of the items to read. With it only those are read, by a query.
   *
   * @default - all items are read, by a scan
   */
  readonly partition?: TableCondition;

  /**
   * A condition on another attribute. Items that do not meet it are read all the same, and paid for.
   *
   * @default - none
   */
  readonly filter?: TableCondition;

  /**
   * The secondary index to read instead of the table. An index is read as it was a moment ago, the table as it is.
   *
   * @default - the table itself
   */
  readonly index?: string;
}
