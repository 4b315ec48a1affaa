import { fileURLToPath } from "node:url";

/** The project's folder (absolute). */
export const projectRoot = fileURLToPath(new URL("../../..", import.meta.url));
