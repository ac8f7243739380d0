import { named } from './private/name';

/**
 * How targets are written in a manifest.
 */
export class ManifestFormat {
  /**
   * A target a line. Empty lines mean nothing.
   */
  public static lines(): ManifestFormat {
    return new ManifestFormat('LINES');
  }

  /**
   * Comma-separated values with a line of column names, quoted as RFC 4180 has it.
   *
   * @param column the name of the column that holds the targets
   */
  public static csv(column: string): ManifestFormat {
    named('column', column);
    return new ManifestFormat('CSV', column);
  }

  /**
   * A JSON object a line. Empty lines mean nothing.
   *
   * @param field the name of the field that holds the target, a string
   */
  public static jsonLines(field: string): ManifestFormat {
    named('field', field);
    return new ManifestFormat('JSON_LINES', field);
  }

  /** @internal */
  public readonly _name: 'LINES' | 'CSV' | 'JSON_LINES';

  /** @internal */
  public readonly _field?: string;

  private constructor(name: 'LINES' | 'CSV' | 'JSON_LINES', field?: string) {
    this._name = name;
    this._field = field;
  }
}

/**
 * How a manifest is read.
 */
export interface ManifestOptions {
  /**
   * How targets are written in it.
   *
   * @default ManifestFormat.lines()
   */
  readonly format?: ManifestFormat;
}
