import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { TargetSource } from '../private/target-source';

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
   * The field of the secret's JSON object that holds the token or the array of tokens.
   *
   * @default - the whole secret is one token, or a JSON array of tokens
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
 * The chat participants to disconnect, each known by a token. A token is a secret, so there is no way to write one into a template.
 */
export abstract class ChatParticipants {
  /**
   * The participants whose tokens are in a secret when the run happens: one token, or a JSON array of them.
   */
  public static fromSecret(secret: ISecret, options: SecretTokensOptions = {}): ChatParticipants {
    return new SecretTokens(secret, options);
  }

  /** @internal */
  public abstract readonly _tokenKind: TokenKind;

  /** @internal */
  public abstract _bind(): TargetSource;
}

class SecretTokens extends ChatParticipants {
  public readonly _tokenKind: TokenKind;

  constructor(private readonly secret: ISecret, private readonly options: SecretTokensOptions) {
    super();
    if (options.jsonField === '') {
      throw new Error('jsonField is "": name a field of the secret\'s JSON object, or leave it out');
    }
    this._tokenKind = options.tokenKind ?? TokenKind.CONNECTION;
  }

  public _bind(): TargetSource {
    const { secret, options } = this;
    return {
      properties: { Source: 'secret', SecretArn: secret.secretArn, JsonField: options.jsonField },
      grantRead: (grantee, stack) => {
        iam.Grant.addToPrincipal({
          grantee,
          actions: ['secretsmanager:GetSecretValue'],
          // A secret imported by name has an ARN without the suffix that Secrets Manager gave it.
          resourceArns: [secret.secretFullArn ?? `${secret.secretArn}-??????`],
        });
        if (secret.encryptionKey) allowDecrypt(secret.encryptionKey, grantee, stack, `secretsmanager.${Stack.of(secret).region}.amazonaws.com`);
      },
    };
  }
}

/** On both sides: the key's policy may not trust the account's, and the key may be one whose policy CDK cannot change. */
function allowDecrypt(key: kms.IKey, grantee: iam.IGrantable, stack: Stack, service: string) {
  grantee.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({
    actions: ['kms:Decrypt'],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': service } },
  }));
  // The policy of a key in another stack cannot name a role of this one.
  if (Stack.of(key) === stack) key.grantDecrypt(new kms.ViaServicePrincipal(service, grantee.grantPrincipal));
}
