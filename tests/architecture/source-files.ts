import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** Paths from the project's root, with `/`, and the text of each file. */
export type SourceFiles = ReadonlyMap<string, string>;

/** One import, re-export or dynamic import as it is written. */
export type Import = {
  line: number;
  /** What stands between the quotes; `null` where it is computed. */
  specifier: string | null;
  /** Gone after compilation. */
  typeOnly: boolean;
  /** `import()`, which runs when it is reached and not when the file is loaded. */
  dynamic: boolean;
};

/** One reading of something that only one place may read. */
export type Reading = { line: number; what: "process.env" | "clock" };

export type Parsed = { imports: Import[]; readings: Reading[] };

/** All files of a folder that hold code, those in subfolders too. */
export function readSources(root: string, folder: string): SourceFiles {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((name) => /\.(?:ts|tsx|mjs|mts)$/.test(name))
    .sort();
  return new Map(files.map((name) => [name, readFileSync(join(root, name), "utf8")]));
}

const scriptKind = (file: string): ts.ScriptKind =>
  file.endsWith("x") ? ts.ScriptKind.TSX : file.endsWith(".mjs") ? ts.ScriptKind.JS : ts.ScriptKind.TS;

const textOf = (node: ts.Node | undefined): string | null =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : null;

const isNamed = (node: ts.Node, name: string): boolean => ts.isIdentifier(node) && node.text === name;

/** `object.property` and `object["property"]`, also of `globalThis`. */
function isMember(node: ts.Node, object: string, property: string): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    return node.name.text === property && isObject(node.expression, object);
  }
  return (
    ts.isElementAccessExpression(node) &&
    textOf(node.argumentExpression) === property &&
    isObject(node.expression, object)
  );
}

const isObject = (node: ts.Expression, name: string): boolean =>
  isNamed(node, name) || isMember(node, "globalThis", name);

/** `const { env } = process`. */
const takesFrom = (node: ts.Node, object: string, properties: readonly string[]): boolean =>
  ts.isVariableDeclaration(node) &&
  ts.isObjectBindingPattern(node.name) &&
  node.initializer !== undefined &&
  isObject(node.initializer, object) &&
  node.name.elements.some((element) =>
    properties.some((property) => isNamed(element.propertyName ?? element.name, property)),
  );

/** `import { env } from "node:process"`. */
const importsFrom = (node: ts.Node, module: string, properties: readonly string[]): boolean =>
  ts.isImportDeclaration(node) &&
  [module, `node:${module}`].includes(textOf(node.moduleSpecifier) ?? "") &&
  node.importClause?.namedBindings !== undefined &&
  ts.isNamedImports(node.importClause.namedBindings) &&
  node.importClause.namedBindings.elements.some(({ propertyName, name }) =>
    properties.includes((propertyName ?? name).text),
  );

function readsEnvironment(node: ts.Node): boolean {
  return (
    isMember(node, "process", "env") ||
    takesFrom(node, "process", ["env"]) ||
    importsFrom(node, "process", ["env"])
  );
}

function readsClock(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return isObject(node.expression, "Date") && !node.arguments?.length;
  if (ts.isCallExpression(node)) return isObject(node.expression, "Date");
  return (
    isMember(node, "Date", "now") ||
    isMember(node, "performance", "now") ||
    isMember(node, "performance", "timeOrigin") ||
    isMember(node, "process", "hrtime") ||
    takesFrom(node, "Date", ["now"]) ||
    takesFrom(node, "performance", ["now", "timeOrigin"]) ||
    takesFrom(node, "process", ["hrtime"]) ||
    importsFrom(node, "process", ["hrtime"])
  );
}

/** Whether every name of an import or export clause is only a type. */
function isTypeClause(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const { name, namedBindings } = clause;
  return (
    name === undefined &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.length > 0 &&
    namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly)
  );
}

/** What an import-like node brings in, if it is one. */
function importOf(node: ts.Node): Omit<Import, "line"> | null {
  if (ts.isImportDeclaration(node)) {
    return { specifier: textOf(node.moduleSpecifier), typeOnly: isTypeClause(node), dynamic: false };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return { specifier: textOf(node.moduleSpecifier), typeOnly: isTypeClause(node), dynamic: false };
  }
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
    const specifier = textOf(node.moduleReference.expression);
    return { specifier, typeOnly: node.isTypeOnly, dynamic: false };
  }
  if (ts.isImportTypeNode(node)) {
    return {
      specifier: ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : null,
      typeOnly: true,
      dynamic: false,
    };
  }
  if (!ts.isCallExpression(node)) return null;
  const dynamic = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  if (!dynamic && !isNamed(node.expression, "require")) return null;
  return { specifier: textOf(node.arguments[0]), typeOnly: false, dynamic };
}

/** The imports of a file, and where it reads the environment or the time. */
export function parseSource(file: string, text: string): Parsed {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, scriptKind(file));
  const parsed: Parsed = { imports: [], readings: [] };
  const visit = (node: ts.Node): void => {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    const found = importOf(node);
    if (found !== null) parsed.imports.push({ line, ...found });
    if (readsEnvironment(node)) parsed.readings.push({ line, what: "process.env" });
    if (readsClock(node)) parsed.readings.push({ line, what: "clock" });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return parsed;
}
