import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IParameter } from 'aws-cdk-lib/aws-ssm';
import { parameterSource } from '../sources/parameter';
import { secretSource } from '../sources/secret';
import { tableSource, type TableTargetsOptions } from '../sources/table';
import type { TargetSource } from '../private/target-source';
import { memberProblem } from '../private/value-problems';

/**
 * Which of Amazon Connect's two tokens of a chat participant is stored.
 */
export enum TokenKind {
  /**
   * The `ConnectionToken` that CreateParticipantConnection answers. It is valid for a day, and chats may last longer: a token that
   * expired may be denied while its chat goes on.
   */
  CONNECTION = 'CONNECTION',

  /**
   * The `ParticipantToken` that StartChatContact answers. It is valid as long as the participant; the handler exchanges it for a
   * connection token before it disconnects.
   */
  PARTICIPANT = 'PARTICIPANT',
}

/**
 * Where tokens are found in a secret.
 */
export interface SecretTokensOptions {
  /**
   * The field of the JSON object that holds the token or the array of tokens.
   *
   * @default - the whole value is one token, or a JSON array of tokens
   */
  readonly jsonField?: string;

  /**
   * Which kind of token is stored.
   *
   * @default TokenKind.CONNECTION
   */
  readonly tokenKind?: TokenKind;
}

/**
 * Where tokens are found in a parameter.
 */
export interface ParameterTokensOptions extends SecretTokensOptions {
  /**
   * The key that the parameter is encrypted with, or its alias, if it is one of your own.
   *
   * @default - the key that AWS manages, aws/ssm
   */
  readonly encryptionKey?: IKey;
}

/**
 * Where tokens are found in a table.
 */
export interface TableTokensOptions extends TableTargetsOptions {
  /**
   * Which kind of token is stored.
   *
   * @default TokenKind.CONNECTION
   */
  readonly tokenKind?: TokenKind;
}

/**
 * The chat participants to disconnect, each known by a token. A token is a secret, so there is no way to write one into a template.
 *
 * @example
 *
 * import { Table } from 'aws-cdk-lib/aws-dynamodb';
 * import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
 * import { ChatParticipants, TokenKind } from 'cdk-teardown';
 *
 * declare const secret: Secret;
 * declare const chats: Table;
 *
 * const inSecret = ChatParticipants.fromSecret(secret, { jsonField: 'tokens' });
 * const inTable = ChatParticipants.fromTable(chats, { attribute: 'participantToken', tokenKind: TokenKind.PARTICIPANT });
 */
export class ChatParticipants {
  /**
   * The participants whose tokens are in a secret when the run happens: one token, or a JSON array of them.
   *
   * @param secret the secret, of another account or region too
   * @param options where in it, and what kind of token
   */
  public static fromSecret(secret: ISecret, options: SecretTokensOptions = {}): ChatParticipants {
    return new ChatParticipants(secretSource(secret, options.jsonField), options.tokenKind);
  }

  /**
   * The participants whose tokens are in a SecureString of Parameter Store when the run happens: one token, or a JSON array of them.
   * The parameter must be in the construct's region and account.
   *
   * @param parameter the parameter
   * @param options where in it, what kind of token, and its key
   */
  public static fromParameter(parameter: IParameter, options: ParameterTokensOptions = {}): ChatParticipants {
    return new ChatParticipants(parameterSource(parameter, options.jsonField, options.encryptionKey), options.tokenKind);
  }

  /**
   * The participants whose tokens are in a DynamoDB table when the run happens, one an item.
   *
   * @param table the table, of another account or region too
   * @param options which attribute and which items
   */
  public static fromTable(table: ITable, options: TableTokensOptions): ChatParticipants {
    return new ChatParticipants(tableSource(table, options), options.tokenKind);
  }

  /** @internal */
  public readonly _kind = 'ChatParticipants';

  /** @internal */
  public readonly _source: TargetSource;

  /** @internal */
  public readonly _tokenKind: TokenKind;

  private constructor(source: TargetSource, tokenKind = TokenKind.CONNECTION) {
    const problem = memberProblem(tokenKind, 'TokenKind', TokenKind);
    if (problem) throw new Error(`tokenKind ${problem}`);
    this._source = source;
    this._tokenKind = tokenKind;
  }
}
