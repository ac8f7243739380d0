import { randomInt } from 'node:crypto';
import { only, type Properties, type ResourceTypes } from '../cloudformation/resource-type';
import type { Secret, SecretsManager } from './secrets-manager';

export function secretResourceTypes(manager: SecretsManager): ResourceTypes {
  const created = ({ arn }: Secret) => ({ physicalId: arn, attributes: { Id: arn } });
  const check = (properties: Properties) => {
    only('AWS::SecretsManager::Secret', properties, 'Description', 'GenerateSecretString', 'Name', 'SecretString', 'Tags');
    if (properties.GenerateSecretString) {
      only(
        'AWS::SecretsManager::Secret', properties.GenerateSecretString,
        'ExcludeCharacters', 'ExcludeLowercase', 'ExcludeNumbers', 'ExcludePunctuation', 'ExcludeUppercase', 'GenerateStringKey',
        'IncludeSpace', 'PasswordLength', 'SecretStringTemplate',
      );
    }
  };
  return {
    'AWS::SecretsManager::Secret': {
      replacedBy: ['Name'],
      create(properties, context) {
        check(properties);
        const secret = manager.create(properties.Name ?? context.generatedName(256));
        manager.put(secret, { SecretString: valueOf(properties) });
        return created(secret);
      },
      update(arn, properties, old) {
        check(properties);
        const secret = manager.find(arn)!;
        const changed = (name: string) => JSON.stringify(properties[name]) !== JSON.stringify(old[name]);
        if (changed('SecretString') || changed('GenerateSecretString')) manager.put(secret, { SecretString: valueOf(properties) });
        return created(secret);
      },
      delete(arn) {
        const secret = manager.find(arn);
        if (secret) manager.secrets.delete(secret.name);
      },
    },
  };
}

function valueOf({ SecretString, GenerateSecretString }: Properties): string {
  if (!GenerateSecretString) return SecretString ?? '';
  const password = generate(GenerateSecretString);
  const { SecretStringTemplate, GenerateStringKey } = GenerateSecretString;
  return GenerateStringKey ? JSON.stringify({ ...JSON.parse(SecretStringTemplate ?? '{}'), [GenerateStringKey]: password }) : password;
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
function generate(options: Properties): string {
  const alphabet = [
    options.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    options.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    options.ExcludeNumbers ? '' : '0123456789',
    options.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    options.IncludeSpace ? ' ' : '',
  ].join('');
  const allowed = [...alphabet].filter((character) => !(options.ExcludeCharacters ?? '').includes(character));
  return Array.from({ length: Number(options.PasswordLength ?? 32) }, () => allowed[randomInt(allowed.length)]).join('');
}
