/** A row of the table in docs/security.md; `file` is `null` where the row names no test in the form `file`: name. */
export type SecurityPromise = { promise: string; figure: string; file: string | null; test: string };

/** The rows below the heading “Promises”. */
export function promisesOf(document: string): SecurityPromise[] {
  const [, section = ""] = `\n${document}`.split("\n## Promises\n");
  return section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| Promise |"))
    .map((line) => {
      const [promise = "", figure = "", test = ""] = line
        .slice(1, -1)
        .split(" | ")
        .map((cell) => cell.trim());
      const [, file = null, name = ""] = /^`(tests\/[^`]+)`: (.+)$/.exec(test) ?? [];
      return { promise, figure, file, test: name };
    });
}

/** The promises without a figure or an existing test, each with its fault. */
export function brokenPromises(
  promises: readonly SecurityPromise[],
  contentOf: (file: string) => string | null,
): string[] {
  return promises.flatMap((one) => {
    const fault = faultOf(one, contentOf);
    return fault === null ? [] : [`${one.promise}: ${fault}`];
  });
}

function faultOf(
  { figure, file, test }: SecurityPromise,
  contentOf: (file: string) => string | null,
): string | null {
  if (figure === "") return "has no figure";
  if (file === null) return "names no test";
  const content = contentOf(file);
  if (content === null) return `${file} does not exist`;
  // A test's name is written as a string, so its quotes may be escaped.
  return content.replaceAll("\\", "").includes(test) ? null : `${file} has no test “${test}”`;
}
