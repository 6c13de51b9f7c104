import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

interface Rule {
  /** Files that may, by their path below server/. */
  allowed: RegExp;
  says: string;
}

const httpClient: Rule = {
  allowed: /^(outbound|testing|cli)\//,
  says: 'goes out by itself; requests leave by the outbound door (server/outbound)',
};
const theProcess: Rule = {
  // The child that reads documents is a process of its own.
  allowed: /^(main\.ts|cli\/|testing\/|knowledge\/extraction\/extract-process\.ts)/,
  says: 'belongs to the process; only main.ts, cli and testing may',
};

/** Modules that open connections, and what of them is harmless: serving is not calling. */
const clientModules: Record<string, string[]> = {
  'node:http': ['createServer', 'STATUS_CODES', 'Server', 'ServerResponse', 'IncomingMessage'],
  'node:https': [],
  'node:http2': [],
  http: [],
  https: [],
  undici: [],
  axios: [],
  got: [],
};

/** Every place under server/ that goes around the outbound door, or touches the process. Tests are free to. */
export function forbiddenUses(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    name => name.endsWith('.ts') && !/\.(test|contract)\.ts$/.test(name) && !/(^|\/)testing\.ts$/.test(name),
  );
  return names
    .sort()
    .flatMap(name => usesIn(relative(folder, join(folder, name)), readFileSync(join(folder, name), 'utf8')));
}

/** @param name the file's path below server/ */
export function usesIn(name: string, text: string): string[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const faults: string[] = [];
  const blame = (node: ts.Node, { allowed, says }: Rule) => {
    if (allowed.test(name)) return;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    faults.push(`server/${name}:${line + 1} ${node.getText().split('\n')[0]} ${says}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && importsClient(node)) blame(node, httpClient);
    if (
      ts.isCallExpression(node) &&
      /^(globalThis\.)?fetch$/.test(node.expression.getText()) &&
      !isShadowed(node, 'fetch')
    ) {
      blame(node, httpClient);
    }
    if (ts.isPropertyAccessExpression(node) && /^process\.(env|exit)$/.test(node.getText()))
      blame(node, theProcess);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return faults;
}

function importsClient({ moduleSpecifier, importClause }: ts.ImportDeclaration): boolean {
  const harmless = ts.isStringLiteral(moduleSpecifier) ? clientModules[moduleSpecifier.text] : undefined;
  if (!harmless || !importClause || importClause.isTypeOnly) return false;
  const named = importClause.namedBindings;
  if (importClause.name || !named || ts.isNamespaceImport(named)) return true;
  return named.elements.some(
    ({ isTypeOnly, name, propertyName }) => !isTypeOnly && !harmless.includes((propertyName ?? name).text),
  );
}

/** Whether a surrounding function, or the file's own declarations, give this name: then it is a client handed in. */
function isShadowed(node: ts.Node, name: string): boolean {
  for (let around: ts.Node | undefined = node.parent; around; around = around.parent) {
    if (ts.isFunctionLike(around) && around.parameters.some(parameter => binds(parameter.name, name)))
      return true;
    if (!ts.isBlock(around) && !ts.isSourceFile(around)) continue;
    for (const statement of around.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      if (statement.declarationList.declarations.some(declaration => binds(declaration.name, name)))
        return true;
    }
  }
  return false;
}

function binds(pattern: ts.BindingName, name: string): boolean {
  if (ts.isIdentifier(pattern)) return pattern.text === name;
  return pattern.elements.some(element => ts.isBindingElement(element) && binds(element.name, name));
}
