import { Stack, Token } from 'aws-cdk-lib';
import type { IInstanceRef } from 'aws-cdk-lib/aws-connect';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ContactStopProvider } from './contact-stop-provider';
import { Contacts } from './contacts';
import { CONTACTS_OPERATION, CONTACTS_RESOURCE_TYPE, INSTANCE_ARN } from '../../contract/contacts';
import { differ } from '../private/environment';
import { expectKind } from '../private/expect-kind';
import { resourceNames } from '../private/permission-scope';
import { refuse } from '../private/refuse';
import { AMAZON_CONNECT, warnOutsideRegions } from '../private/regions';
import { stackSingleton } from '../private/stack-singleton';
import { validateProps } from '../private/validate-props';
import { validateProvider } from '../private/validate-provider';
import { Teardown } from '../teardown';
import { TeardownProps } from '../teardown-props';

/** `arn:aws-us-gov:connect:us-gov-west-1:123456789012:instance/<UUID>/contact/` */
const ARN_CHARACTERS = 108;

/**
 * Properties of a `ContactStop`.
 */
export interface ContactStopProps extends TeardownProps {
  /**
   * The Amazon Connect instance, or its ARN, in the stack's account and region.
   */
  readonly instanceArn: IInstanceRef | string;

  /**
   * The contacts to stop.
   */
  readonly contacts: Contacts;

  /**
   * The function that stops.
   *
   * @default - one per stack
   */
  readonly provider?: ContactStopProvider;
}

/**
 * Stops contacts of an Amazon Connect instance (`StopContact`), for all who take part in them: the whole chat or task ends, and an agent goes on
 * to after contact work. To disconnect single participants by their tokens is what `ChatDisconnection` does.
 *
 * Chats and tasks can be stopped in any state; calls cannot if they were transferred, for instance, and fail then. A contact has ended when
 * it has a disconnect time, which the run waits for.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_StopContact.html
 */
export class ContactStop extends Teardown {
  /**
   * The function that stops.
   */
  public readonly provider: ContactStopProvider;

  constructor(scope: Construct, id: string, props: ContactStopProps) {
    super(scope, id);
    const instanceArn = this.instanceArnOf(props);
    expectKind(this, 'contacts', props.contacts, 'Contacts', 'say which, Contacts.inProgress() for instance');
    const source = props.contacts._bind(instanceArn);
    validateProps(this, props, source);
    validateProvider(this, props.provider, 'ContactStopProvider');
    warnOutsideRegions(this, AMAZON_CONNECT);

    this.provider = props.provider ?? stackSingleton(this, 'cdk-teardown.ContactStopProvider', (stack, name) => new ContactStopProvider(stack, name));
    this._declare(props, {
      resourceType: CONTACTS_RESOURCE_TYPE,
      provider: this.provider,
      source,
      operation: CONTACTS_OPERATION.write({ InstanceArn: instanceArn }),
      statements: [
        new iam.PolicyStatement({
          // DescribeContact tells whether it has ended.
          actions: ['connect:StopContact', 'connect:DescribeContact'],
          resources: resourceNames(this, source.ids, ARN_CHARACTERS).map((name) => `${instanceArn}/contact/${name}`),
        }),
      ],
    });
  }

  private instanceArnOf({ instanceArn: given }: ContactStopProps): string {
    const arn = typeof given === 'string' ? given : given?.instanceRef?.instanceArn;
    if (Token.isUnresolved(arn)) return arn!;
    if (!INSTANCE_ARN.test(arn ?? '')) {
      refuse(
        this,
        `instanceArn is ${JSON.stringify(arn)}: it must be the ARN of an Amazon Connect instance, arn:aws:connect:…:instance/…, or the instance itself`,
      );
    }
    const [, , , region, account] = arn!.split(':');
    const stack = Stack.of(this);
    if (differ(region, stack.region) || differ(account, stack.account)) {
      refuse(
        this,
        `the instance is in the account ${account} and ${region}, the stack in ${stack.account} and ${stack.region}: put the construct into a stack there`,
      );
    }
    return arn!;
  }
}
