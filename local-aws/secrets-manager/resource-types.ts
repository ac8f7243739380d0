import { randomInt } from 'node:crypto';
import { TAGS, type Properties, type ResourceTypes } from '../cloudformation/resource-type';
import { flag, integer, structure, text } from '../shapes';
import type { Secret, SecretsManager } from './secrets-manager';

export function secretResourceTypes(manager: SecretsManager): ResourceTypes {
  const created = ({ arn }: Secret) => ({ physicalId: arn, attributes: { Id: arn } });
  return {
    'AWS::SecretsManager::Secret': {
      properties: {
        Name: text({ min: 1, max: 512 }),
        Description: text({ max: 2048 }),
        SecretString: text({ min: 1, max: 65536, sensitive: true }),
        Tags: TAGS,
        GenerateSecretString: structure({
          PasswordLength: integer({ min: 1, max: 4096 }),
          ExcludeCharacters: text({ min: 0, max: 4096 }),
          ExcludeLowercase: flag(),
          ExcludeNumbers: flag(),
          ExcludePunctuation: flag(),
          ExcludeUppercase: flag(),
          IncludeSpace: flag(),
          GenerateStringKey: text(),
          SecretStringTemplate: text(),
        }),
      },
      replacedBy: ['Name'],
      create(properties, context) {
        const secret = manager.create(properties.Name ?? context.generatedName(256));
        manager.put(secret, { SecretString: valueOf(properties) });
        return created(secret);
      },
      update(arn, properties, old) {
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
  return Array.from({ length: options.PasswordLength ?? 32 }, () => allowed[randomInt(allowed.length)]).join('');
}
