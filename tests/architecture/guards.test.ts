import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PUBLIC_ROUTES, unguarded } from "./guards";
import { readSources } from "./source-files";

const root = join(import.meta.dirname, "..", "..");

describe("the routes", () => {
  const routes = [...readSources(root, "app/routes")];

  it("are public by name, or await a guard before anything else", () => {
    expect(routes.length).toBeGreaterThan(15);
    const faults = routes.flatMap(([file, text]) => unguarded(file, text));
    expect(faults).toEqual([]);
  });

  it("that are public exist", () => {
    const files = routes.map(([file]) => file);
    expect([...PUBLIC_ROUTES].filter((file) => !files.includes(file))).toEqual([]);
  });
});

describe("unguarded", () => {
  const loader = (body: string): string => `export async function loader({ request }) {\n${body}\n}`;
  const faultsOf = (text: string): string[] => unguarded("app/routes/admin.new.tsx", text);

  it.each([
    ["a page", loader('  await authorizePage(request, "read");\n  return read();')],
    ["a page for people", loader("  return view(await authorizePerson(request));")],
    [
      "an API",
      loader(
        '  const refusal = await authorizeApi(request, "read");\n  if (refusal !== null) return refusal;',
      ),
    ],
    [
      "a switch before the guard",
      loader('  requireSwitch();\n  await authorizePage(request, "profile");\n  return await read();'),
    ],
    [
      "a refusal for programs, and a guard for all others",
      loader(
        '  const refusal = await authorizeApi(request, "read");\n  if (refusal !== null && isProgram) throw refusal;\n  await authorizePage(request, "read");',
      ),
    ],
    ["an action that is none", 'export const action = (): Response => methodNotAllowed("GET, HEAD");'],
    [
      "the same behind a switch",
      'export function action() {\n  requireSwitch();\n  return methodNotAllowed("GET");\n}',
    ],
    ["an action of a page", "export const action = readOnlyAction;"],
    ["other exports", "export const meta = () => [];\nexport default function Page() {}"],
  ])("accepts %s", (_, text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  it.each([
    ["no guard", loader("  return await read();")],
    ["a guard without await", loader('  authorizePage(request, "read");\n  return await read();')],
    ["a guard after an await", loader('  const a = await read();\n  await authorizePage(request, "read");')],
    [
      "a guard in a branch",
      loader('  if (a) {\n    await authorizePage(request, "read");\n  }\n  return read();'),
    ],
    ["a refusal that nobody returns", loader('  await authorizeApi(request, "read");\n  return read();')],
    [
      "a refusal that is not checked at once",
      loader(
        '  const refusal = await authorizeApi(request, "read");\n  await read();\n  if (refusal !== null) return refusal;',
      ),
    ],
    ["an answer that reads the request", loader('  read(request);\n  return methodNotAllowed("GET");')],
    ["an arrow function", "export const loader = async ({ request }) => read(request);"],
    ["a re-export", 'export { loader } from "../runtime/a.server";'],
    ["a destructured export", "export const { action, loader } = endpoint;"],
  ])("finds %s", (_, text) => {
    expect(faultsOf(text)).toHaveLength(text.includes("{ action, loader }") ? 2 : 1);
  });
});
