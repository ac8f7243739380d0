import type { BoundTemplate } from './bound-template';
import type { GivenParameter } from './parameters';
import type { Tag } from './stack';

/** What a request says about the template to carry out. */
export interface PlanInput {
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly UsePreviousTemplate?: boolean;
  readonly Parameters?: GivenParameter[];
  readonly Tags?: Tag[];
  readonly RoleARN?: string;
  readonly Capabilities?: string[];
}

/** What an operation is to carry out. */
export interface Plan {
  readonly target: BoundTemplate;
  readonly parameters: GivenParameter[];
  readonly tags: readonly Tag[];
  readonly roleArn?: string;
  readonly capabilities: readonly string[];
}

export type OnFailure = 'ROLLBACK' | 'DO_NOTHING' | 'DELETE';
