import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Confirm } from './confirm';
import { warnWithoutTls } from './endpoint-warning';
import { waysIn } from './ways-in';
import { MqttClients } from './mqtt-clients';
import { MqttDisconnectionProvider } from './mqtt-disconnection-provider';
import { MQTT_OPERATION, MQTT_RESOURCE_TYPE } from '../../contract/mqtt';
import { expectKind } from '../private/expect-kind';
import { resourceNames } from '../private/permission-scope';
import { refuse } from '../private/refuse';
import { IOT_CORE, warnOutsideRegions } from '../private/regions';
import { stackSingleton } from '../private/stack-singleton';
import { validateProps, validateTimeWithin } from '../private/validate-props';
import { validateProvider } from '../private/validate-provider';
import { shown } from '../private/value-problems';
import { Teardown } from '../teardown';
import { TeardownProps } from '../teardown-props';

/**
 * Properties of an `MqttDisconnection`.
 */
export interface MqttDisconnectionProps extends TeardownProps {
  /**
   * The clients to disconnect.
   */
  readonly clients: MqttClients;

  /**
   * Whether a client's persistent session ends too, with its subscriptions and the messages queued for it.
   *
   * @default false
   */
  readonly cleanSession?: boolean;

  /**
   * Whether a client's last will is held back. Otherwise it is published, as for a connection that broke.
   *
   * @default false
   */
  readonly preventWillMessage?: boolean;

  /**
   * What is made sure of after a client was disconnected. Takes a second call for each client, or a third, within quotas of their own.
   *
   * @default Confirm.none()
   */
  readonly confirm?: Confirm;

  /**
   * The account's data endpoint (Data-ATS), as a host name or a URL. Give it where the function cannot reach the control plane, or
   * to do without the permission `iot:DescribeEndpoint`. A URL with `http://` is called without TLS; unless it is of the same machine, as a
   * stand-in's is, synth warns.
   *
   * @default - `AWS_ENDPOINT_URL_IOT_DATA_PLANE` or `AWS_ENDPOINT_URL` of the function, else what `iot:DescribeEndpoint` answers
   */
  readonly endpoint?: string;

  /**
   * The function that disconnects.
   *
   * @default - one per stack
   */
  readonly provider?: MqttDisconnectionProvider;
}

/**
 * Disconnects MQTT clients from AWS IoT Core (`DeleteConnection`).
 *
 * A client comes back at once unless its right to connect is taken away first: see `runAfterDeletionOf`.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-client-disconnect
 *
 * @example
 *
 * import { CfnPolicyPrincipalAttachment } from 'aws-cdk-lib/aws-iot';
 * import { MqttClients, MqttDisconnection } from 'cdk-teardown';
 *
 * declare const attachment: CfnPolicyPrincipalAttachment;
 *
 * const disconnection = new MqttDisconnection(this, 'Kiosks', {
 *   clients: MqttClients.ids('kiosk-1', 'kiosk-2'),
 *   cleanSession: true,
 * });
 * // First they lose the right to connect.
 * disconnection.runAfterDeletionOf(attachment);
 */
export class MqttDisconnection extends Teardown {
  /**
   * The function that disconnects.
   */
  public readonly provider: MqttDisconnectionProvider;

  /**
   * How many clients the latest deploy found connected again. More than 0 only with `OnFailure.CONTINUE`.
   */
  public get reconnectedCount(): number {
    return this._count('reconnected');
  }

  /**
   * @param scope the construct that this is a part of
   * @param id its name there
   * @param props which clients to disconnect, how and when
   */
  constructor(scope: Construct, id: string, props: MqttDisconnectionProps) {
    super(scope, id);
    expectKind(this, 'clients', props?.clients, 'MqttClients', "say which, MqttClients.ids('kiosk-1') for instance");
    const source = props.clients._source;
    validateProps(this, props, source);
    validateProvider(this, props.provider, 'MqttDisconnectionProvider');
    const { endpoint, confirm = Confirm.none() } = props;
    expectKind(this, 'confirm', confirm, 'Confirm', 'write Confirm.disconnected() for instance, or leave it out');
    validateTimeWithin(this, 'the time of Confirm.staysDisconnected', confirm._away, props);
    if (endpoint !== undefined && !Token.isUnresolved(endpoint) && !(typeof endpoint === 'string' && /^(https?:\/\/)?[\w.-]+(:\d+)?\/?$/.test(endpoint))) {
      refuse(this, `endpoint ${shown(endpoint)} is neither a host name nor a URL without a path`);
    }
    if (endpoint !== undefined) warnWithoutTls(this, endpoint);
    warnOutsideRegions(this, IOT_CORE);

    this.provider =
      props.provider ?? stackSingleton(this, 'cdk-teardown.MqttDisconnectionProvider', (stack, name) => new MqttDisconnectionProvider(stack, name));
    const clientArns = resourceNames(this, source.ids).map((name) => Stack.of(this).formatArn({ service: 'iot', resource: 'client', resourceName: name }));
    const actions = ['iot:DeleteConnection', ...(confirm._asks ? ['iot:GetConnection'] : [])];
    const statements = [new iam.PolicyStatement({ actions, resources: clientArns })];
    if (endpoint === undefined) {
      // The action knows no resource.
      statements.push(new iam.PolicyStatement({ actions: ['iot:DescribeEndpoint'], resources: ['*'] }));
    }
    this._declare(props, {
      resourceType: MQTT_RESOURCE_TYPE,
      provider: this.provider,
      source,
      operation: MQTT_OPERATION.write({
        CleanSession: props.cleanSession ?? false,
        PreventWillMessage: props.preventWillMessage ?? false,
        ConfirmAwaySeconds: confirm._asks ? (confirm._away?.toSeconds() ?? 0) : undefined,
        Endpoint: endpoint,
      }),
      statements,
      waysBack: (order, self) => waysIn(order, self, source.ids),
    });
  }
}
