import { randomUUID } from 'node:crypto';
import { AwsError, NotImplemented } from '../service';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: string | string[];
}

export interface Policy {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  document: string;
  /** One for each document that it had, oldest first. */
  readonly versions: Version[];
  /** What it is attached to. */
  readonly targets: Set<string>;
  /** When the last of them has been detached for long enough. */
  deletableFrom: number;
}

interface Version {
  readonly statements: readonly Statement[];
  readonly inForceFrom: number;
}

export interface PoliciesOptions {
  /** Milliseconds that the old document of a changed policy, and a detachment, still let a client in. */
  readonly delayMs: number;
  /** Milliseconds that a policy which was detached is not ready to be deleted. */
  readonly deletionDelayMs: number;
  now(): number;
}

/** Certificates and thing groups by their ARNs, Cognito identities by their ids. */
const IDENTITY = /^[\w-]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** IoT policies and what they are attached to. Only a certificate's let anybody connect. */
export class Policies {
  private readonly policies = new Map<string, Policy>();
  /** Attachments that are no more, and count until then. */
  private readonly detached: { policy: Policy; target: string; until: number }[] = [];

  constructor(
    private readonly arnPrefix: string,
    private readonly options: PoliciesOptions,
  ) {}

  get names(): string[] {
    return [...this.policies.keys()];
  }

  create(name: string, document: string | object): Policy {
    if (!/^[\w+=,.@-]{1,128}$/.test(name)) throw new AwsError('InvalidRequestException', `The policy name ${name} is not valid`);
    if (this.policies.has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Policy cannot be created - name already exists (name=${name})`, 409);
    }
    const { text, statements } = parse(document);
    const policy: Policy = {
      name,
      arn: `${this.arnPrefix}policy/${name}`,
      id: randomUUID(),
      targets: new Set(),
      deletableFrom: 0,
      document: text,
      versions: [{ statements, inForceFrom: 0 }],
    };
    this.policies.set(name, policy);
    return policy;
  }

  replaceDocument(name: string, document: string | object): Policy {
    const policy = this.get(name);
    const { text, statements } = parse(document);
    policy.versions.push({ statements, inForceFrom: this.options.now() + this.options.delayMs });
    return Object.assign(policy, { document: text });
  }

  get(name: string): Policy {
    const policy = this.policies.get(name);
    if (!policy) throw new AwsError('ResourceNotFoundException', `Policy not found (name=${name})`, 404);
    return policy;
  }

  delete(name: string): void {
    const { targets, deletableFrom } = this.get(name);
    if (targets.size > 0 || this.options.now() < deletableFrom) {
      throw new AwsError('DeleteConflictException', `The policy cannot be deleted as the policy is attached to one or more principals (name=${name})`, 409);
    }
    this.policies.delete(name);
  }

  attach(name: string, target: string): void {
    this.assertTarget('AttachPolicy', target);
    this.get(name).targets.add(target);
  }

  /** A policy or an attachment that is not there is no error of DetachPolicy's. */
  detach(name: string, target: string): void {
    this.assertTarget('DetachPolicy', target);
    const policy = this.policies.get(name);
    if (!policy?.targets.delete(target)) return;
    const { delayMs, deletionDelayMs, now } = this.options;
    policy.deletableFrom = now() + deletionDelayMs;
    this.detached.push({ policy, target, until: now() + delayMs });
  }

  isAttachedTo(target: string): boolean {
    return [...this.policies.values()].some(({ targets }) => targets.has(target));
  }

  /** `principal`: a certificate's ARN or id. */
  allowsConnect(principal: string | undefined, clientId: string): boolean {
    if (!principal) return false;
    const target = principal.startsWith('arn:') ? principal : `${this.arnPrefix}cert/${principal}`;
    const effects = this.inForceFor(target)
      .filter(
        ({ Action, Resource }) =>
          [Action].flat().some((action) => matches(action.toLowerCase(), 'iot:connect')) &&
          [Resource].flat().some((resource) => matches(resource, `${this.arnPrefix}client/${clientId}`, clientId)),
      )
      .map(({ Effect }) => Effect);
    return effects.includes('Allow') && !effects.includes('Deny');
  }

  private inForceFor(target: string): Statement[] {
    const now = this.options.now();
    const attached = [...this.policies.values()].filter(({ targets }) => targets.has(target));
    const detached = this.detached.filter((each) => each.target === target && now < each.until).map(({ policy }) => policy);
    return [...attached, ...detached].flatMap(({ versions }) => versions.filter(({ inForceFrom }) => inForceFrom <= now).at(-1)!.statements);
  }

  private assertTarget(operation: string, target: string): void {
    const isKnown = ['cert/', 'thinggroup/'].some((resource) => target.startsWith(`${this.arnPrefix}${resource}`)) || IDENTITY.test(target);
    if (!isKnown) throw new NotImplemented(`iot ${operation} with the target ${target}`);
  }
}

/** `clientId` replaces the policy variable; a wildcard in it is no wildcard. */
function matches(pattern: string, value: string, clientId = ''): boolean {
  const source = pattern
    .split(/(\$\{iot:ClientId\}|\*|\?)/)
    .map((part) => (part === '*' ? '.*' : part === '?' ? '.' : escape(part === '${iot:ClientId}' ? clientId : part)))
    .join('');
  return new RegExp(`^${source}$`, 's').test(value);
}

function escape(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function parse(document: string | object): { text: string; statements: Statement[] } {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  let parsed: any;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new AwsError('MalformedPolicyException', 'Policy document is Malformed: it is not JSON');
  }
  const statements: any[] = [parsed?.Statement ?? []].flat();
  if (parsed?.Version !== '2012-10-17' || statements.length === 0) {
    throw new AwsError('MalformedPolicyException', 'Policy document is Malformed: it needs Version 2012-10-17 and a Statement');
  }
  for (const { Effect, Action, Resource, Sid, ...rest } of statements) {
    const [unknown] = Object.keys(rest);
    if (unknown) throw new NotImplemented(`iot policies with ${unknown}`);
    const variable = [Resource]
      .flat()
      .join(' ')
      .replaceAll('${iot:ClientId}', '')
      .match(/\$\{[^}]*\}/);
    if (variable) throw new NotImplemented(`the iot policy variable ${variable[0]}`);
    if (!['Allow', 'Deny'].includes(Effect) || !isTexts(Action) || !isTexts(Resource)) {
      throw new AwsError('MalformedPolicyException', `Policy document is Malformed: statement ${Sid ?? ''} needs Effect, Action and Resource`);
    }
  }
  return { text, statements };
}

function isTexts(value: unknown): boolean {
  const texts = [value].flat();
  return texts.length > 0 && texts.every((text) => typeof text === 'string');
}
