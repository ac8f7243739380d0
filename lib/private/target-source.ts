import type { Stack } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { DeletionOrder } from './deletion-order';
import type { Concern } from './order-warnings';

/** What a class of targets hands to the construct that ends them. */
export interface TargetSource {
  /** How the handler finds the targets: `Source` names an entry of its sources, the rest are that source's parameters. */
  readonly properties: { readonly Source: string; readonly [parameter: string]: unknown };

  /** The targets' names where they are known at synth, so that permissions can name them. */
  readonly ids?: readonly string[];

  /** Why a construct in that stack could not read it. */
  problemIn?(stack: Stack): string | undefined;

  /** Lets the handler read what the source reads, for a construct in that stack. */
  grantRead?(grantee: IGrantable & IConstruct, stack: Stack): void;

  /** Which resources of a stack it reads, or reads with, that no reference keeps until it has. */
  reads?(order: DeletionOrder): readonly Concern[];
}
