import { Shape, type Field, type Fields, type Values, type Written } from './fields';

/** A kind of targets: its name in `Source`, and the properties beside it. */
export class SourceContract<S extends Record<string, Field<any>>> {
  private readonly shape: Shape<S>;

  constructor(
    readonly name: string,
    fields: S,
  ) {
    this.shape = new Shape(fields);
  }

  write(values: Written<S>): { readonly Source: string; readonly [property: string]: unknown } {
    return { Source: this.name, ...this.shape.write(values) };
  }

  read(targets: Fields): Values<S> {
    return this.shape.read(targets);
  }
}
