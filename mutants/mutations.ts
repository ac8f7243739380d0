import ts from 'typescript';

/** One change of one place in a file. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

const OPERATORS: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '+=': '-=',
  '-=': '+=',
  '&&': '||',
  '||': '&&',
};

/** Every mutant of a file. Types, imports and errors' words are left alone. */
export function mutantsOf(file: string, code: string): Mutant[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.ES2022, true);
  const mutants: Mutant[] = [];
  const change = (node: ts.Node, after: string) => {
    const [start, end] = [node.getStart(source), node.getEnd()];
    mutants.push({ file, line: source.getLineAndCharacterOfPosition(start).line + 1, start, end, before: code.slice(start, end), after });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    if (ts.isThrowStatement(node)) return change(node, ';');
    if (ts.isExpressionStatement(node) && !isSuperCall(node.expression)) change(node, ';');
    if (ts.isContinueStatement(node)) change(node, ';');
    if (ts.isIfStatement(node)) change(node.expression, `!(${node.expression.getText(source)})`);
    if (ts.isConditionalExpression(node)) change(node.condition, `!(${node.condition.getText(source)})`);
    if (ts.isBinaryExpression(node)) mutateOperator(node, change);
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) change(node, node.operand.getText(source));
    if (ts.isPropertyAccessExpression(node) && /^Math\.(min|max)$/.test(node.getText(source))) change(node.name, node.name.text === 'min' ? 'max' : 'min');
    if (ts.isNumericLiteral(node)) change(node, `(${node.getText(source)} + 1)`);
    if (node.kind === ts.SyntaxKind.TrueKeyword) change(node, 'false');
    if (node.kind === ts.SyntaxKind.FalseKeyword) change(node, 'true');
    // Not sentences, which are for people.
    if (ts.isStringLiteral(node) && !node.text.includes(' ')) change(node, node.text === '' ? "'mutated'" : "''");
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}

function mutateOperator({ left, operatorToken, right }: ts.BinaryExpression, change: (node: ts.Node, after: string) => void): void {
  const operator = operatorToken.getText();
  // What is put together of texts is no sum.
  if (operator === '+' && [left, right].some((side) => /['"`]/.test(side.getText()))) return;
  if (operator === '??') change(operatorToken.parent, left.getText());
  else if (OPERATORS[operator]) change(operatorToken, OPERATORS[operator]);
}

function isSuperCall(node: ts.Expression): boolean {
  return ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword;
}
