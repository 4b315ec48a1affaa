import { BASE_PATH_HEADER } from "./base-path.mjs";

/** The path below which a request's client sees this server, such as `/vitals`; empty where that is the root. */
export const basePathOf = (request: Request): string => request.headers.get(BASE_PATH_HEADER) ?? "";

/**
 * Puts the base path before every address of a rendered document that is one of this server's: links, forms, styles and
 * scripts. React writes a quotation mark in text and in values as an entity, so such an attribute stands nowhere else.
 */
export const belowBasePath = (html: string, basePath: string): string =>
  basePath === ""
    ? html
    : html.replace(/(\s(?:href|src|action|formaction)=")\/(?!\/)/gi, (_, start) => `${start}${basePath}/`);
