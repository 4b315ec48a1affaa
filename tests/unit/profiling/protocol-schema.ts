import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// The definition of the protocol that Chrome DevTools speaks, published with its types.
const file = createRequire(import.meta.url).resolve("devtools-protocol/json/js_protocol.json");

type Type = {
  id?: string;
  type?: string;
  $ref?: string;
  items?: Type;
  properties?: Array<Type & { name: string; optional?: boolean }>;
};
type Protocol = { domains: Array<{ domain: string; types?: Type[] }> };

const { domains } = JSON.parse(readFileSync(file, "utf8")) as Protocol;

function typeOf(domain: string, reference: string): Type {
  const [name = "", id = ""] = reference.includes(".") ? reference.split(".") : [domain, reference];
  const type = domains.find((one) => one.domain === name)?.types?.find((one) => one.id === id);
  if (type === undefined) throw new Error(`The protocol has no type ${name}.${id}.`);
  return type;
}

const fits = (type: string | undefined, value: unknown): boolean =>
  type === "integer" ? Number.isInteger(value) : typeof value === type;

function problems(domain: string, type: Type, value: unknown, path: string): string[] {
  if (type.$ref !== undefined) {
    const owner = type.$ref.split(".")[0] ?? domain;
    return problems(type.$ref.includes(".") ? owner : domain, typeOf(domain, type.$ref), value, path);
  }
  if (type.type === "array") {
    if (!Array.isArray(value)) return [`${path} is no array`];
    return value.flatMap((one, i) => problems(domain, type.items ?? {}, one, `${path}[${i}]`));
  }
  if (type.properties === undefined) return fits(type.type, value) ? [] : [`${path} is no ${type.type}`];
  if (typeof value !== "object" || value === null) return [`${path} is no object`];
  const fields = value as Record<string, unknown>;
  const names = type.properties.map(({ name }) => name);
  return [
    ...Object.keys(fields).flatMap((name) => (names.includes(name) ? [] : [`${path}.${name} is unknown`])),
    ...type.properties.flatMap((property) => {
      const field = fields[property.name];
      if (field === undefined) return property.optional ? [] : [`${path}.${property.name} is missing`];
      return problems(domain, property, field, `${path}.${property.name}`);
    }),
  ];
}

/** What in `value` is not as the type of the DevTools protocol; empty where it is valid. */
export const protocolProblems = (domain: string, type: string, value: unknown): string[] =>
  problems(domain, typeOf(domain, type), value, type).slice(0, 10);
