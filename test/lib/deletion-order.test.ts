import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { DeletionOrder } from '../../lib/private/deletion-order';

/* Who is deleted before whom is what the templates say that CDK writes, however it was said. */

const SAYINGS = ['Construct', 'CfnResource', 'Ref', 'GetAtt', 'Sub', 'DependsOn'] as const;
const COUNT = 7;

interface Said {
  readonly from: number;
  readonly to: number;
  readonly how: (typeof SAYINGS)[number];
}

function say(resources: readonly CfnResource[], { from, to, how }: Said, n: number): void {
  const [one, other] = [resources[from], resources[to]];
  const isNear = one.stack === other.stack;
  const id = one.stack.getLogicalId(other);
  if (how === 'Construct') one.node.scope!.node.addDependency(other.node.scope!);
  else if (how === 'CfnResource') one.addDependency(other);
  else if (how === 'Ref') one.addPropertyOverride(`P${n}`, other.ref);
  else if (how === 'GetAtt' || !isNear) one.addPropertyOverride(`P${n}.Deep`, [Fn.join('-', ['a', other.getAtt('Arn').toString()])]);
  else if (how === 'Sub') one.addPropertyOverride(`P${n}`, { 'Fn::Sub': `a-\${${id}.Arn}` });
  else one.addOverride('DependsOn', id);
}

/** By the logical ids in a template, what each needs. */
function needsIn(template: any): Map<string, string[]> {
  const ids = Object.keys(template.Resources);
  return new Map(
    ids.map((id) => {
      const { Properties, DependsOn } = template.Resources[id];
      const text = JSON.stringify([Properties, [DependsOn].flat().map((Ref) => ({ Ref }))]);
      return [id, ids.filter((other) => new RegExp(`"Ref":"${other}"|"Fn::GetAtt":\\["${other}"|\\{${other}[.}]`).test(text))];
    }),
  );
}

function reaches(needs: ReadonlyMap<string, readonly string[]>, from: string, to: string, seen = new Set<string>()): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  return needs.get(from)!.some((next) => next === to || reaches(needs, next, to, seen));
}

/** From the resource to the topmost stack's that holds it. */
function holders(resource: CfnResource): CfnResource[] {
  const around = resource.stack.nestedStackResource as CfnResource | undefined;
  return around ? [resource, ...holders(around)] : [resource];
}

test('in any stack with nested stacks', () => {
  const places = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: COUNT, maxLength: COUNT });
  const edge = fc
    .record({ from: fc.integer({ min: 1, max: COUNT - 1 }), back: fc.nat(), how: fc.constantFrom(...SAYINGS) })
    .map(({ from, back, how }): Said => ({ from, to: back % from, how }));
  let certain = 0;
  fc.assert(
    fc.property(places, fc.uniqueArray(edge, { maxLength: 9, selector: ({ from, to }) => `${from}-${to}` }), (where, edges) => {
      const outdir = mkdtempSync(join(tmpdir(), 'cdk-teardown-order-'));
      try {
        const stack = new Stack(new App({ outdir }), 'Stack');
        const outer = new NestedStack(stack, 'Outer');
        const stacks: Stack[] = [stack, outer, new NestedStack(outer, 'Inner'), new NestedStack(stack, 'Other')];
        // No stack is empty.
        for (const one of stacks) new CfnResource(one, 'Something', { type: 'Test::Resource' });
        const resources = where.map((place, n) => new CfnResource(new Construct(stacks[place], `Construct${n}`), 'It', { type: 'Test::Resource' }));
        edges.forEach((one, n) => say(resources, one, n));

        const pairs = resources.flatMap((first) => resources.filter((other) => other !== first).map((second) => [first, second] as const));
        let found: boolean[] = [];
        stack.node.addValidation({
          validate: () => {
            const order = DeletionOrder.of(stack);
            found = pairs.map(([first, second]) => order.isBefore(first, second));
            return [];
          },
        });
        let templates: Map<Stack, Map<string, string[]>>;
        try {
          (stack.node.root as App).synth();
          templates = new Map(stacks.map((one) => [one, needsIn(JSON.parse(readFileSync(join(outdir, one.templateFile), 'utf8')))]));
        } catch {
          // Nested stacks that need each other.
          return fc.pre(false);
        }
        const written = pairs.map(([first, second]) => {
          const [one, other] = holders(first).flatMap((a) => holders(second).flatMap((b) => (a.stack === b.stack ? [a, b] : [])));
          const id = (resource: CfnResource) => resource.stack.getLogicalId(resource);
          return one !== other && reaches(templates.get(one.stack)!, id(one), id(other));
        });
        const loops = pairs.some(([first, second], n) => written[n] && written[pairs.findIndex(([a, b]) => a === second && b === first)]);
        fc.pre(!loops);
        expect(found).toEqual(written);
        certain += written.filter(Boolean).length;
      } finally {
        rmSync(outdir, { recursive: true, force: true });
      }
    }),
    { numRuns: 100, seed: 20261126 },
  );
  expect(certain).toBeGreaterThan(100);
});
