import type { LocalAws } from '../../local-aws/local-aws';

/** A secret that no stack owns; stored again, it has the new value. Returns its ARN. */
export function storeSecret({ secrets }: LocalAws, name: string, SecretString: string): string {
  const secret = secrets.find(name) ?? secrets.create(name);
  secrets.put(secret, { SecretString });
  return secret.arn;
}
