import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ContactStopProvider } from './contact-stop-provider';
import { Contacts } from './contacts';
import { CONTACTS_OPERATION, CONTACTS_RESOURCE_TYPE, INSTANCE_ARN } from '../../contract/contacts';
import { elsewhere } from '../private/environment';
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
   * The ARN of the Amazon Connect instance, in the stack's account and region: a `CfnInstance` has it as `attrArn`.
   */
  readonly instanceArn: string;

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
 *
 * @example
 *
 * import { ContactStop, Contacts } from 'cdk-teardown';
 *
 * declare const instanceArn: string;
 *
 * new ContactStop(this, 'Chats', {
 *   instanceArn,
 *   contacts: Contacts.inProgress({ attributes: { campaign: 'spring' } }),
 * });
 */
export class ContactStop extends Teardown {
  /**
   * The function that stops.
   */
  public readonly provider: ContactStopProvider;

  /**
   * @param scope the construct that this is a part of
   * @param id its name there
   * @param props which contacts to stop, how and when
   */
  constructor(scope: Construct, id: string, props: ContactStopProps) {
    super(scope, id);
    const instanceArn = this.instanceArnOf(props?.instanceArn);
    expectKind(this, 'contacts', props.contacts, 'Contacts', 'say which, Contacts.inProgress() for instance');
    const source = props.contacts._sourceIn(instanceArn);
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

  private instanceArnOf(arn: string): string {
    if (Token.isUnresolved(arn)) return arn;
    if (typeof arn !== 'string' || !INSTANCE_ARN.test(arn)) {
      refuse(
        this,
        `instanceArn is ${typeof arn === 'object' ? 'an object' : JSON.stringify(arn)}: it must be the ARN of an Amazon Connect instance, arn:aws:connect:…:instance/…, as a CfnInstance has it in attrArn`,
      );
    }
    const [, , , region, account] = arn.split(':');
    const stack = Stack.of(this);
    if (elsewhere({ region, account }, stack)) {
      refuse(
        this,
        `the instance is in the account ${account} and ${region}, the stack in ${stack.account} and ${stack.region}: put the construct into a stack there`,
      );
    }
    return arn;
  }
}
