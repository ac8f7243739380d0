import { TAGS, type Properties, type ResourceTypes } from '../cloudformation/resource-type';
import { AwsError, NotImplemented } from '../service';
import { list, oneOf, only, text } from '../shapes';
import type { Listener, MqttBroker } from './broker';

interface DomainConfiguration {
  readonly domainName: string;
  readonly listener: Listener;
  isEnabled: boolean;
}

const CERTIFICATE_ARN = text({
  min: 1,
  max: 2048,
  pattern: /arn:aws(-cn|-us-gov|-iso-b|-iso)?:acm:[a-z]{2}-(gov-|iso-|isob-)?[a-z]{4,9}-\d{1}:\d{12}:certificate\/[a-zA-Z0-9/-]+/,
});

/**
 * Domains of the account's own. What tells them apart on AWS is TLS; here each has a port of its own.
 * https://docs.aws.amazon.com/iot/latest/developerguide/iot-custom-endpoints-managing.html: on a disabled one clients get an authentication
 * error. That a client which is connected stays so is inferred.
 */
export class DomainConfigurations {
  private readonly configurations = new Map<string, DomainConfiguration>();

  constructor(
    private readonly broker: MqttBroker,
    private readonly arnPrefix: string,
  ) {}

  /** Where clients of a domain connect. */
  urlOf(domainName: string): string {
    const found = [...this.configurations.values()].find((configuration) => configuration.domainName === domainName);
    if (!found) throw new Error(`no domain configuration has the domain ${domainName}`);
    return found.listener.url;
  }

  readonly resourceTypes: ResourceTypes = {
    'AWS::IoT::DomainConfiguration': {
      properties: {
        DomainConfigurationName: text({ min: 1, max: 128, pattern: /[\w.-]+/ }),
        DomainName: text({ min: 1, max: 253 }),
        ServerCertificateArns: list(CERTIFICATE_ARN, { min: 0, max: 1 }),
        ValidationCertificateArn: CERTIFICATE_ARN,
        ServiceType: only(oneOf('DATA', 'CREDENTIAL_PROVIDER', 'JOBS'), 'DATA'),
        DomainConfigurationStatus: oneOf('ENABLED', 'DISABLED'),
        Tags: TAGS,
      },
      create: async ({ DomainConfigurationName, DomainName, DomainConfigurationStatus }, context) => {
        const name: string = DomainConfigurationName ?? context.generatedName(128);
        if (this.configurations.has(name)) throw new AwsError('ResourceAlreadyExistsException', `Domain configuration ${name} already exists`, 409);
        if (DomainName === undefined) throw new NotImplemented('iot domain configurations of AWS-managed domains');
        const configuration: DomainConfiguration = {
          domainName: DomainName,
          isEnabled: DomainConfigurationStatus !== 'DISABLED',
          listener: await this.broker.listen(() => configuration.isEnabled),
        };
        this.configurations.set(name, configuration);
        return this.created(name);
      },
      update: (name, properties, old) => {
        if (String(properties.ServerCertificateArns) !== String(old.ServerCertificateArns)) {
          throw new NotImplemented('another certificate of an iot domain configuration');
        }
        this.configurations.get(name)!.isEnabled = properties.DomainConfigurationStatus !== 'DISABLED';
        return this.created(name);
      },
      replacedBy: ['DomainConfigurationName', 'DomainName', 'ValidationCertificateArn', 'ServiceType'],
      delete: (name) => {
        this.configurations.get(name)?.listener.close();
        this.configurations.delete(name);
      },
    },
  };

  private created(name: string): { physicalId: string; attributes: Properties } {
    return { physicalId: name, attributes: { Arn: `${this.arnPrefix}domainconfiguration/${name}`, DomainType: 'CUSTOMER_MANAGED' } };
  }
}
