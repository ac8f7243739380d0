/* Stands for the SDK's package of this name. */
import { IoTManagedIntegrationsClient as Client, type IoTManagedIntegrationsClientConfig } from '../../lambda/clients/managed-integrations';

export { DeleteManagedThingCommand } from '../../lambda/clients/managed-integrations';

/** Takes options that are undefined, as AwsCustomResource gives them, for options that are not given. */
export class IoTManagedIntegrationsClient extends Client {
  constructor(config: IoTManagedIntegrationsClientConfig = {}) {
    super(Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)));
  }
}
