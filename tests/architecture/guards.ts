import ts from "typescript";

/** Routes that anybody may call. Every other one must await a guard first, so a new one is closed until it is listed. */
export const PUBLIC_ROUTES: ReadonlySet<string> = new Set(
  [
    "_index.ts",
    "api.analytics.faro.ts",
    "api.analytics.web-vitals.ts",
    "collect.ts",
    "csp-reports.ts",
    "healthz.ts",
    "login.tsx",
    "logout.ts",
    "readings.ts",
    "v1.logs.ts",
    "vitals.$file.ts",
    "vitals[.]js.ts",
  ].map((name) => `app/routes/${name}`),
);

/** What a request runs. */
const HANDLERS = ["loader", "action"];

/** Guards that throw, and those that return a refusal. */
const THROWING = ["authorizeJsonPage", "authorizePage", "authorizePerson"];
const RETURNING = ["authorizeApi", "authorizeMetrics"];

/** Values of `action` that do nothing. */
const HARMLESS = /^(?:readOnlyAction|\(\): Response => methodNotAllowed\("[^"]*"\))$/;

const guardOf = (node: ts.Node): string | null => {
  const call = ts.isAwaitExpression(node) ? node.expression : null;
  if (call === null || !ts.isCallExpression(call) || !ts.isIdentifier(call.expression)) return null;
  const { text } = call.expression;
  return [...THROWING, ...RETURNING].includes(text) ? text : null;
};

/** All nodes below `node` in the order of the source, without those of functions in it. */
function descendants(node: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    nodes.push(child);
    if (!ts.isFunctionLike(child)) ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return nodes;
}

/** `if (refusal !== null) return refusal;` or `throw refusal`. */
const checksRefusal = (statement: ts.Statement | undefined, name: string): boolean =>
  statement !== undefined &&
  ts.isIfStatement(statement) &&
  statement.expression.getText() === `${name} !== null` &&
  /^(?:return|throw) /.test(statement.thenStatement.getText()) &&
  statement.thenStatement.getText().includes(name);

/** Whether a function answers 405, after checks that need no request. */
function isRefusal(body: ts.Block): boolean {
  const texts = body.statements.map((statement) => statement.getText());
  return (
    /^return (?:methodNotAllowed\("[^"]*"\)|readOnlyAction\(\w+\));$/.test(texts.at(-1) ?? "") &&
    texts.slice(0, -1).every((text) => /^\w+\(\);$/.test(text))
  );
}

/** Whether one of a function's own statements awaits a guard, and nothing is awaited before it. */
function isGuarded(body: ts.Block): boolean {
  for (const [i, statement] of body.statements.entries()) {
    const awaited = descendants(statement).filter(ts.isAwaitExpression);
    if (ts.isAwaitExpression(statement)) awaited.unshift(statement);
    const [first] = awaited;
    if (first === undefined) continue;
    const guard = guardOf(first);
    if (guard === null) return false;
    // A guard in a branch is none for all requests.
    if (ts.isIfStatement(statement)) return false;
    if (THROWING.includes(guard)) return true;
    const declaration = first.parent;
    const isChecked =
      ts.isVariableDeclaration(declaration) &&
      checksRefusal(body.statements[i + 1], declaration.name.getText());
    if (isChecked) return true;
  }
  return false;
}

/** The handlers that a route exports, with what is known of each: the function's body, or its source. */
function handlersOf(source: ts.SourceFile): Array<{ name: string; body: ts.Block | null; text: string }> {
  return source.statements.flatMap((statement) => {
    const isExported = ts.canHaveModifiers(statement)
      ? ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      : false;
    if (ts.isFunctionDeclaration(statement) && isExported) {
      return [{ name: statement.name?.text ?? "", body: statement.body ?? null, text: "" }];
    }
    if (ts.isVariableStatement(statement) && isExported) {
      return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
        (ts.isIdentifier(name) ? [name.text] : name.elements.map((element) => element.getText())).map(
          (one) => ({
            name: one,
            body: null,
            text: initializer?.getText() ?? "",
          }),
        ),
      );
    }
    if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    ) {
      return statement.exportClause.elements.map(({ name }) => ({ name: name.text, body: null, text: "" }));
    }
    return [];
  });
}

/** The handlers of a route that is not public and that do not await a guard first. */
export function unguarded(file: string, text: string): string[] {
  if (PUBLIC_ROUTES.has(file)) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  return handlersOf(source)
    .filter(({ name }) => HANDLERS.includes(name))
    .filter(({ body, text: value }) =>
      body === null ? !HARMLESS.test(value) : !isGuarded(body) && !isRefusal(body),
    )
    .map(({ name }) => `${file}: ${name} must await a guard first`);
}
