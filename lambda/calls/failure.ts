import { Explained } from '../../contract/explained-error';

/** Why a target could not be ended. */
export interface Failure {
  readonly name: string;
  readonly message: string;
}

/** A failure that the library tells by itself, with a name of its own. */
export class Refusal extends Explained {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}
